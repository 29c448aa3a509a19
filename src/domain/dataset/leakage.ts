import type { Leak } from './split.ts';
import type { RowSplit } from './types.ts';

/** A row as a check for leaks looks at it. */
export interface LeakRow {
  readonly id: string;
  readonly split: RowSplit;
  /** The text of its question, the system message left out. */
  readonly text: string;
  readonly group: string | null;
}

/** Words in common, of all words of both (Jaccard), from which two questions are nearly the same. */
const NEAR = 0.9;
const MOST_LEAKS = 1_000;
/** A word that more rows begin with than this distinguishes nothing. */
const CANDIDATES = 2_000;

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/**
 * What of the validation side the training side gives away: the same question, letter case, punctuation and white
 * space aside; questions with at least 90% of their words in common; and groups on both sides. One leak a validation
 * row, the plainest first. Yields after each row that took work, so that the caller can let others have a turn.
 *
 * Near questions are found as in a set-similarity join with prefix filtering (Chaudhuri, Ganti and Kaushik 2006): two
 * sets with Jaccard j share a word among their rarest, so only rows with one of those in common are compared.
 */
export function* findLeaks(rows: readonly LeakRow[]): Generator<void, readonly Leak[]> {
  const training = new Training(rows);
  yield;
  for (const row of rows) {
    if (row.split !== 'train') continue;
    training.learn(row);
    yield;
  }
  const leaks: Leak[] = [];
  for (const row of rows) {
    if (row.split !== 'validation') continue;
    const leak = training.leakOf(row);
    if (leak !== null) leaks.push(leak);
    if (leaks.length === MOST_LEAKS) break;
    yield;
  }
  return leaks;
}

/** The training side, indexed for the search. */
class Training {
  private readonly frequency = new Map<string, number>();
  private readonly index = new Map<string, TrainEntry[]>();
  private readonly exact = new Map<string, string>();
  private readonly groups = new Map<string, string>();

  constructor(rows: readonly LeakRow[]) {
    for (const { text } of rows) {
      for (const word of new Set(wordsOf(text))) this.frequency.set(word, (this.frequency.get(word) ?? 0) + 1);
    }
  }

  learn({ id, text, group }: LeakRow): void {
    const key = keyOf(text);
    if (!this.exact.has(key)) this.exact.set(key, id);
    if (group !== null && group !== '' && !this.groups.has(group)) this.groups.set(group, id);
    const words = rarestFirst(text, this.frequency);
    const entry = { id, words: new Set(words) };
    for (const word of prefix(words)) {
      const known = this.index.get(word);
      if (known === undefined) this.index.set(word, [entry]);
      else if (known.length < CANDIDATES) known.push(entry);
    }
  }

  leakOf({ id: validationId, text, group }: LeakRow): Leak | null {
    const fix = 'Remove one of the two, or clear the split and keep them together.';
    const same = this.exact.get(keyOf(text));
    if (same !== undefined) {
      return { kind: 'identical', trainId: same, validationId, message: 'The same question is on both sides.', fix };
    }
    const near = nearest(rarestFirst(text, this.frequency), this.index);
    if (near !== null) {
      const message = `${Math.floor(near.share * 100)}% of the words are those of a question to train on.`;
      return { kind: 'near', trainId: near.id, validationId, message, fix };
    }
    const trainId = group === null ? undefined : this.groups.get(group);
    if (trainId === undefined) return null;
    const apart = 'Clear the split and assign by this group.';
    return { kind: 'group', trainId, validationId, message: `${group} is on both sides.`, fix: apart };
  }
}

interface TrainEntry {
  readonly id: string;
  readonly words: ReadonlySet<string>;
}

const keyOf = (text: string): string => {
  const words = wordsOf(text);
  // A question of signs alone, such as a formula, is what it is.
  return words.length === 0 ? `=${text.trim()}` : words.join(' ');
};

function rarestFirst(text: string, frequency: ReadonlyMap<string, number>): readonly string[] {
  const rank = (word: string): number => frequency.get(word) ?? 0;
  return [...new Set(wordsOf(text))].toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** The words of which two sets with enough in common must share one. */
const prefix = (words: readonly string[]): readonly string[] =>
  words.slice(0, words.length - Math.ceil(NEAR * words.length) + 1);

function nearest(
  words: readonly string[],
  index: ReadonlyMap<string, readonly TrainEntry[]>,
): { readonly id: string; readonly share: number } | null {
  const found = new Set(prefix(words).flatMap((word) => index.get(word) ?? []));
  for (const entry of found) {
    if (Math.min(entry.words.size, words.length) < NEAR * Math.max(entry.words.size, words.length)) continue;
    const common = words.filter((word) => entry.words.has(word)).length;
    const share = common / (entry.words.size + words.length - common);
    if (share >= NEAR) return { id: entry.id, share };
  }
  return null;
}
