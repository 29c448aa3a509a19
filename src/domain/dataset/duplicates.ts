import { createRandom } from '../common/random.ts';

/** A row that others are nearly the same as. */
export interface DuplicateGroup {
  /** The one that came first. */
  readonly first: string;
  /** The others, in the order they came, with the share of shingles each has in common with the first. */
  readonly others: readonly { readonly id: string; readonly share: number }[];
}

/** Jaccard similarity of two texts' shingles from which they count as nearly the same. */
export const ALIKE = 0.8;

/** Characters of a shingle: short enough that one changed word of a short question leaves most of them. */
const SHINGLE = 5;
/** Characters looked at; what is longer is the same to here, or it is not. */
const LOOKED_AT = 8_000;
const BANDS = 16;
const ROWS = 4;
const HASHES = BANDS * ROWS;
/** Rows of one bucket that a new one is compared with. */
const COMPARED = 8;

/**
 * Finds rows that are nearly the same, one row at a time, so that the caller can let others have a turn in between.
 *
 * Texts are compared by the Jaccard similarity of their sets of character shingles, case, punctuation and white space
 * aside (Broder, "On the resemblance and containment of documents", 1997). MinHash finds which are worth comparing, by
 * locality-sensitive hashing in 16 bands of 4 (Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", ch. 3):
 * of pairs that are 80% alike, 1 - (1 - 0.8^4)^16 = 99.98% meet in a bucket. What meets is then compared in full.
 */
export class DuplicateFinder {
  private readonly buckets = new Map<string, string[]>();
  /** Texts of the rows that came first of their kind, by id. */
  private readonly firsts = new Map<string, string>();
  private readonly likenesses = new Map<string, { readonly id: string; readonly share: number }[]>();

  add(id: string, text: string): void {
    const own = shinglesOf(text);
    if (own.size === 0) return;
    const keys = bandsOf(own);
    const like = this.nearest(own, keys);
    if (like === null) {
      this.firsts.set(id, text);
      for (const key of keys) {
        const known = this.buckets.get(key);
        if (known === undefined) this.buckets.set(key, [id]);
        else if (known.length < COMPARED) known.push(id);
      }
      return;
    }
    const group = this.likenesses.get(like.id);
    if (group === undefined) this.likenesses.set(like.id, [{ id, share: like.share }]);
    else group.push({ id, share: like.share });
  }

  /** The groups, those with the most rows first. */
  groups(): readonly DuplicateGroup[] {
    const found = Array.from(this.likenesses, ([first, others]): DuplicateGroup => ({ first, others }));
    return found.toSorted((a, b) => b.others.length - a.others.length);
  }

  private nearest(
    own: ReadonlySet<number>,
    keys: readonly string[],
  ): { readonly id: string; readonly share: number } | null {
    let best: { readonly id: string; readonly share: number } | null = null;
    for (const id of new Set(keys.flatMap((key) => this.buckets.get(key) ?? []))) {
      const share = jaccard(own, shinglesOf(this.firsts.get(id) ?? ''));
      if (share >= ALIKE && share > (best?.share ?? 0)) best = { id, share };
    }
    return best;
  }
}

/** Hashes (FNV-1a, 32 bits) of every shingle of the text's letters and digits; of all of it when it is shorter than one. */
function shinglesOf(text: string): ReadonlySet<number> {
  const words =
    text
      .slice(0, LOOKED_AT)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const plain = words.join(' ');
  const found = new Set<number>();
  for (let start = 0; start === 0 || start + SHINGLE <= plain.length; start += 1) {
    const shingle = plain.slice(start, start + SHINGLE);
    if (shingle === '') break;
    let hash = 0x811c9dc5;
    for (let at = 0; at < shingle.length; at += 1) hash = Math.imul(hash ^ shingle.charCodeAt(at), 0x01000193);
    found.add(hash >>> 0);
  }
  return found;
}

function jaccard(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  const common = a.intersection(b).size;
  return common / (a.size + b.size - common);
}

const { multipliers, addends } = hashFamily();

/** x -> a x + b modulo 2^32 with odd a, one pair a hash. */
function hashFamily(): { readonly multipliers: Int32Array; readonly addends: Int32Array } {
  const random = createRandom(1997);
  const draw = (): Int32Array => Int32Array.from({ length: HASHES }, () => random.uint32());
  return { multipliers: draw().map((value) => value | 1), addends: draw() };
}

/** The least of every hash over the shingles, four to a band: the buckets of this text. */
function bandsOf(shingles: ReadonlySet<number>): readonly string[] {
  const least = new Uint32Array(HASHES).fill(0xffffffff);
  for (const shingle of shingles) {
    for (let at = 0; at < HASHES; at += 1) {
      const mixed = (Math.imul(shingle, multipliers[at] ?? 1) + (addends[at] ?? 0)) >>> 0;
      if (mixed < (least[at] ?? 0)) least[at] = mixed;
    }
  }
  return Array.from({ length: BANDS }, (_, band) => {
    const rows = least.subarray(band * ROWS, (band + 1) * ROWS);
    return `${band}:${rows.join('.')}`;
  });
}
