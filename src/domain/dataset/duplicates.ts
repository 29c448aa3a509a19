/** A row that others are nearly the same as. */
export interface DuplicateGroup {
  /** The one that came first. */
  readonly first: string;
  /** The others, in the order they came, with the share of shingles each has in common with the first. */
  readonly others: readonly Likeness[];
}

interface Likeness {
  readonly id: string;
  readonly share: number;
}

/** Jaccard similarity of two texts' shingles from which they count as nearly the same. */
export const ALIKE = 0.8;

/** Characters of a shingle: short enough that one changed word of a short question leaves most of them. */
const SHINGLE = 5;
/** Characters looked at; what is longer is the same to here, or it is not. */
const LOOKED_AT = 8_000;
const BANDS = 16;
const ROWS = 4;
const BINS = BANDS * ROWS;
/** Bins two sketches must have in common: 62%, three deviations below the 80% that is sought. */
const WORTH_COMPARING = 40;
/** Of those, how many are compared with it shingle by shingle, the most alike by their sketches first. */
const COMPARED_WHOLE = 3;
/** Rows of one bucket that a new one is compared with. */
const COMPARED = 8;

/**
 * Finds rows that are nearly the same, one row at a time, so that the caller can let others have a turn in between.
 *
 * Texts are compared by the Jaccard similarity of their sets of character shingles, case, punctuation and white space
 * aside (Broder, "On the resemblance and containment of documents", 1997). MinHash finds which are worth comparing, with
 * one hash a shingle (Li, Owen and Zhang, "One Permutation Hashing", 2012; empty bins after Shrivastava and Li, 2014) and
 * locality-sensitive hashing in 16 bands of 4 (Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", ch. 3):
 * of pairs that are 80% alike, 1 - (1 - 0.8^4)^16 = 99.98% meet in a bucket. What meets is then compared in full.
 */
export class DuplicateFinder {
  private readonly buckets = new Map<number, string[]>();
  /** Texts of the rows that came first of their kind, by id. */
  private readonly firsts = new Map<string, { readonly text: string; readonly sketch: Uint32Array }>();
  private readonly likenesses = new Map<string, Likeness[]>();

  /** The row before that this one is nearly the same as; null when there is none. */
  add(id: string, text: string): Likeness | null {
    const sketch = sketchOf(text);
    if (sketch === null) return null;
    const keys = bandsOf(sketch);
    const like = this.nearest(text, sketch, keys);
    if (like === null) {
      this.firsts.set(id, { text, sketch });
      for (const key of keys) {
        const known = this.buckets.get(key);
        if (known === undefined) this.buckets.set(key, [id]);
        else if (known.length < COMPARED) known.push(id);
      }
      return null;
    }
    const group = this.likenesses.get(like.id);
    if (group === undefined) this.likenesses.set(like.id, [{ id, share: like.share }]);
    else group.push({ id, share: like.share });
    return like;
  }

  /** The groups, those with the most rows first. */
  groups(): readonly DuplicateGroup[] {
    const found = Array.from(this.likenesses, ([first, others]): DuplicateGroup => ({ first, others }));
    return found.toSorted((a, b) => b.others.length - a.others.length);
  }

  private nearest(text: string, sketch: Uint32Array, keys: readonly number[]): Likeness | null {
    const met = [...new Set(keys.flatMap((key) => this.buckets.get(key) ?? []))].flatMap((id) => {
      const first = this.firsts.get(id);
      const same = first === undefined ? 0 : common(sketch, first.sketch);
      return first === undefined || same < WORTH_COMPARING ? [] : [{ id, text: first.text, same }];
    });
    if (met.length === 0) return null;
    const own = shinglesOf(text);
    let best: Likeness | null = null;
    for (const { id, text: other } of met.toSorted((a, b) => b.same - a.same).slice(0, COMPARED_WHOLE)) {
      const share = jaccard(own, shinglesOf(other));
      if (share >= ALIKE && share > (best?.share ?? 0)) best = { id, share };
    }
    return best;
  }
}

const SPACE = 0x20;
/** By UTF-16 unit: 0 not looked at yet, 1 a letter or digit, 2 none. */
const kinds = new Uint8Array(0x10000);

/** Halves of characters beyond the basic plane count as letters. */
function kindOf(unit: number): number {
  const kind = /[\p{L}\p{N}\p{Cs}]/u.test(String.fromCharCode(unit)) ? 1 : 2;
  kinds[unit] = kind;
  return kind;
}

/** Written over by every text: one is looked at at a time. */
const units = new Uint16Array(LOOKED_AT * 2);
const hashes = new Uint32Array(LOOKED_AT * 2);

/** Writes the text to `units`, letters and digits in lower case and everything else a space; gives its length. */
function readUnits(text: string): number {
  const lower = text.slice(0, LOOKED_AT).toLowerCase();
  let length = 0;
  let last = SPACE;
  for (let at = 0; at < lower.length; at += 1) {
    const unit = lower.charCodeAt(at);
    const isWord = (kinds[unit] || kindOf(unit)) === 1;
    if (!isWord && last === SPACE) continue;
    last = isWord ? unit : SPACE;
    units[length] = last;
    length += 1;
  }
  return last === SPACE && length > 0 ? length - 1 : length;
}

const BASE = 0x01000193;
const OLDEST = Math.imul(Math.imul(BASE, BASE), Math.imul(BASE, BASE));

/** Hashes of 32 bits of the text's shingles, in `hashes`; of all of it when it is shorter than one. */
function hashesOf(text: string): Uint32Array {
  const length = readUnits(text);
  let rolling = 0;
  let count = 0;
  for (let at = 0; at < length; at += 1) {
    const oldest = at < SHINGLE ? 0 : Math.imul(units[at - SHINGLE] ?? 0, OLDEST);
    rolling = (Math.imul(rolling - oldest, BASE) + (units[at] ?? 0)) | 0;
    if (at < SHINGLE - 1 && at < length - 1) continue;
    hashes[count] = mixed(rolling);
    count += 1;
  }
  return hashes.subarray(0, count);
}

/** Spreads a hash over its 32 bits (the finaliser of MurmurHash3). */
function mixed(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const shinglesOf = (text: string): ReadonlySet<number> => new Set(hashesOf(text));

function jaccard(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  const common = a.intersection(b).size;
  return common / (a.size + b.size - common);
}

const EMPTY = 0xffffffff;

/**
 * What is kept of a text to estimate how alike it is to others: of the 64 bins that a hash's first bits choose, each
 * keeps the least of its shingles; an empty one takes over that of the next that is not. Null for a text without letters.
 */
function sketchOf(text: string): Uint32Array | null {
  const shingles = hashesOf(text);
  if (shingles.length === 0) return null;
  const least = new Uint32Array(BINS).fill(EMPTY);
  for (let at = 0; at < shingles.length; at += 1) {
    const hash = shingles[at] ?? 0;
    if (hash < (least[hash >>> 26] ?? 0)) least[hash >>> 26] = hash;
  }
  if (!least.includes(EMPTY)) return least;
  return least.map((_, bin) => {
    let from = bin;
    while (least[from] === EMPTY) from = (from + 1) % BINS;
    return (least[from] ?? 0) + Math.imul((from - bin + BINS) % BINS, 0x9e3779b1);
  });
}

/** Bins that hold the same in both: their share estimates the similarity, with a deviation of some 5%. */
function common(a: Uint32Array, b: Uint32Array): number {
  let same = 0;
  for (let bin = 0; bin < BINS; bin += 1) if (a[bin] === b[bin]) same += 1;
  return same;
}

/** The buckets of a text, a number a band. */
function bandsOf(sketch: Uint32Array): readonly number[] {
  const bands: number[] = [];
  for (let band = 0; band < BANDS; band += 1) {
    let key = band;
    for (let row = 0; row < ROWS; row += 1) key = mixed(Math.imul(key, 31) ^ (sketch[band * ROWS + row] ?? 0));
    bands.push(key);
  }
  return bands;
}
