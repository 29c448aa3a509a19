import { BINS, mixed, type Sketch, SketchTable, sketchOfBins } from './sketch-table.ts';

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
/** Of those that sketches find alike, how many are compared shingle by shingle. */
const COMPARED_WHOLE = 3;

/** A text that is compared with others. */
export interface Compared {
  readonly id: string;
  readonly text: string;
}

export interface FinderOptions {
  /** Rows that will come. */
  readonly expected?: number;
  /** The row at a place that came before, where it can be had again; null where it is gone. Without it every first text is kept. */
  readonly rowAt?: (place: number) => Compared | null;
}

/**
 * Finds rows that are nearly the same, one row at a time, so that the caller can let others have a turn in between.
 *
 * Texts are compared by the Jaccard similarity of their sets of character shingles, case, punctuation and white space
 * aside (Broder, "On the resemblance and containment of documents", 1997). MinHash finds which are worth comparing, with
 * one hash a shingle (Li, Owen and Zhang, "One Permutation Hashing", 2012; empty bins after Shrivastava and Li, 2014) and
 * locality-sensitive hashing in 16 bands of 4 (Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", ch. 3):
 * of pairs that are 80% alike, 1 - (1 - 0.8^4)^16 = 99.98% meet in a bucket. What meets is then compared in full. Of each least hash
 * four bits are kept (Li and König, "b-Bit Minwise Hashing", 2010): a million rows take some 100 MB where their texts can be had again.
 */
export class DuplicateFinder {
  private readonly table: SketchTable;
  private readonly rowAt: (place: number) => Compared | null;
  /** The rows that came first of their kind, where they cannot be had again. */
  private readonly firsts: Map<number, Compared> | null;
  private readonly likenesses = new Map<string, Likeness[]>();

  constructor({ expected = 0, rowAt }: FinderOptions = {}) {
    this.table = new SketchTable(expected);
    const firsts = new Map<number, Compared>();
    this.firsts = rowAt === undefined ? firsts : null;
    this.rowAt = rowAt ?? ((place) => firsts.get(place) ?? null);
  }

  /** The row before that this one is nearly the same as; null when there is none. `place` is a whole number that no other row has. */
  add(place: number, { id, text }: Compared): Likeness | null {
    const sketch = sketchOf(text);
    if (sketch === null) return null;
    const like = this.nearest(text, sketch);
    if (like === null) {
      this.table.add(place, sketch);
      this.firsts?.set(place, { id, text });
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

  private nearest(text: string, sketch: Sketch): Likeness | null {
    const met = this.table.alike(sketch).slice(0, COMPARED_WHOLE);
    if (met.length === 0) return null;
    const own = shinglesOf(text);
    let best: Likeness | null = null;
    for (const { index } of met) {
      const other = this.rowAt(this.table.placeOf(index));
      if (other === null) continue;
      const share = jaccard(own, shinglesOf(other.text));
      if (share >= ALIKE && share > (best?.share ?? 0)) best = { id: other.id, share };
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

const shinglesOf = (text: string): ReadonlySet<number> => new Set(hashesOf(text));

function jaccard(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  const common = a.intersection(b).size;
  return common / (a.size + b.size - common);
}

const EMPTY = 0xffffffff;

/** Written over by every text. */
const least = new Uint32Array(BINS);
const bins = new Uint32Array(BINS);

/**
 * What is kept of a text to estimate how alike it is to others: of the 64 bins that a hash's first bits choose, the least
 * of its shingles; an empty one takes over that of the next that is not. Null for a text without letters.
 */
function sketchOf(text: string): Sketch | null {
  const shingles = hashesOf(text);
  if (shingles.length === 0) return null;
  least.fill(EMPTY);
  for (let at = 0; at < shingles.length; at += 1) {
    const hash = shingles[at] ?? 0;
    if (hash < (least[hash >>> 26] ?? 0)) least[hash >>> 26] = hash;
  }
  for (let bin = 0; bin < BINS; bin += 1) {
    let from = bin;
    while (least[from] === EMPTY) from = (from + 1) % BINS;
    bins[bin] = (least[from] ?? 0) + Math.imul((from - bin + BINS) % BINS, 0x9e3779b1);
  }
  return sketchOfBins(bins);
}
