/** Bins of a sketch, and how many in a row make a band. */
export const BINS = 64;
const ROWS = 4;
const BANDS = BINS / ROWS;
/** Bins two sketches must have in common: 62%, three deviations below the 80% that is sought. One in 16 others looks the same. */
const WORTH_COMPARING = 40;
/** Places of a bucket. */
const PLACES = 8;
/** Of all places, the share that would be taken by as many sketches as were expected. */
const FULL = 1;
/** Of each bin four bits are kept: two in a byte. */
const KEPT = BINS / 2;
/** Room for fewer is not worth saving. */
const LEAST = 1_024;
const CHUNK_BITS = 14;
const CHUNK = 1 << CHUNK_BITS;
/** Bytes of the place of a row. */
const PLACE_BYTES = 6;
/** The index of a sketch, and eight bits of its band's key beside it. */
const INDEX = 0xffffff;

/** What a text is likely to share with others. */
export interface Sketch {
  /** The last four bits of each bin. */
  readonly kept: Uint8Array;
  /** Of 32 bits, one a band. */
  readonly keys: Uint32Array;
}

export interface AlikeSketch {
  readonly index: number;
  /** Bins that hold the same in both. */
  readonly same: number;
}

/**
 * Sketches by locality-sensitive hashing, each with the place of its row: some 100 bytes a sketch, whatever its text. A band's key chooses a bucket of 8
 * places. In a table as full as was expected one band in seven finds none: of pairs that are 80% alike,
 * 1 - (1 - 0.86 × 0.8^4)^16 = 99.9% meet.
 */
export class SketchTable {
  private readonly entries: Int32Array;
  private readonly buckets: number;
  private readonly sketches: Uint8Array[] = [];
  private readonly places: Uint8Array[] = [];
  private size = 0;

  /** `expected` sketches find their places; of many more, some bands do not. */
  constructor(expected: number) {
    this.buckets = Math.ceil((Math.max(LEAST, expected) * BANDS) / (PLACES * FULL));
    this.entries = new Int32Array(this.buckets * PLACES);
  }

  /** `place` is a whole number below 2^48. */
  add(place: number, { kept, keys }: Sketch): void {
    if (this.size === INDEX) return;
    const index = this.size;
    this.size += 1;
    slotOf(this.sketches, index, KEPT).set(kept);
    this.placeBytes(index).writeUIntLE(place, 0, PLACE_BYTES);
    for (const key of keys) {
      const first = this.bucketOf(key);
      let at = first;
      while (at < first + PLACES && this.entries[at] !== 0) at += 1;
      if (at < first + PLACES) this.entries[at] = entryOf(index, key);
    }
  }

  placeOf(index: number): number {
    return this.placeBytes(index).readUIntLE(0, PLACE_BYTES);
  }

  /** Those worth comparing in full, the most alike first, and of those the first to come. */
  alike({ kept, keys }: Sketch): readonly AlikeSketch[] {
    const met = new Set<number>();
    for (const key of keys) {
      const first = this.bucketOf(key);
      for (let at = first; at < first + PLACES; at += 1) {
        const entry = this.entries[at] ?? 0;
        if (entry === 0) break;
        const index = (entry & INDEX) - 1;
        if (entry === entryOf(index, key)) met.add(index);
      }
    }
    const found: AlikeSketch[] = [];
    for (const index of met) {
      const same = common(kept, slotOf(this.sketches, index, KEPT));
      if (same >= WORTH_COMPARING) found.push({ index, same });
    }
    return found.sort((a, b) => b.same - a.same || a.index - b.index);
  }

  private placeBytes(index: number): Buffer {
    const slot = slotOf(this.places, index, PLACE_BYTES);
    return Buffer.from(slot.buffer, slot.byteOffset, PLACE_BYTES);
  }

  private bucketOf(key: number): number {
    return (key % this.buckets) * PLACES;
  }
}

/** An index, counted from 1 so that no entry is 0, below the uppermost bits of the key. */
const entryOf = (index: number, key: number): number => (key & ~INDEX) | (index + 1);

/** The bytes of one entry in a list of chunks. */
function slotOf(chunks: Uint8Array[], index: number, bytes: number): Uint8Array {
  const at = index >>> CHUNK_BITS;
  chunks[at] ??= new Uint8Array(CHUNK * bytes);
  const start = (index & (CHUNK - 1)) * bytes;
  return chunks[at].subarray(start, start + bytes);
}

/** Bins that hold the same in both: their share estimates the similarity, with a deviation of some 5%. */
function common(a: Uint8Array, b: Uint8Array): number {
  let same = 0;
  for (let at = 0; at < KEPT; at += 1) {
    const other = (a[at] ?? 0) ^ (b[at] ?? 0);
    if ((other & 15) === 0) same += 1;
    if (other >> 4 === 0) same += 1;
  }
  return same;
}

/** What is kept of a text's bins. */
export function sketchOfBins(bins: Uint32Array): Sketch {
  const kept = new Uint8Array(KEPT);
  for (let at = 0; at < KEPT; at += 1) kept[at] = ((bins[2 * at] ?? 0) & 15) | (((bins[2 * at + 1] ?? 0) & 15) << 4);
  const keys = new Uint32Array(BANDS);
  for (let band = 0; band < BANDS; band += 1) {
    let key = band;
    for (let row = 0; row < ROWS; row += 1) key = mixed(Math.imul(key, 31) ^ (bins[band * ROWS + row] ?? 0));
    keys[band] = key;
  }
  return { kept, keys };
}

/** Spreads a hash over its 32 bits (the finaliser of MurmurHash3). */
export function mixed(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
