import type { HistogramBar } from '../../../components/histogram/index.ts';
import { binned } from '../../../components/histogram/index.ts';
import type { Row } from '../../../domain/dataset/types.ts';
import type { Slot } from '../../../domain/template/types.ts';

/** Rows counted by slot value, and how long their answers are. Changed in place: one of these counts 100,000 rows. */
export interface Tally {
  rows: number;
  /** Slot name to value to rows. */
  readonly values: Map<string, Map<string, number>>;
  /** Tokens of each answer; NaN where the server did not say. */
  readonly tokens: number[];
  readonly characters: number[];
}

/** Every slot of the template with every value at none, so that what is missing shows. */
export function newTally(slots: readonly Slot[]): Tally {
  const values = new Map(slots.map(({ name, values: all }) => [name, new Map(all.map((value) => [value, 0]))]));
  return { rows: 0, values, tokens: [], characters: [] };
}

export function addToTally(tally: Tally, rows: readonly Row[]): void {
  for (const row of rows) {
    tally.rows += 1;
    tally.tokens.push(row.usage?.completionTokens ?? Number.NaN);
    tally.characters.push(row.completion.length);
    for (const [name, value] of Object.entries(row.cell)) {
      const counts = tally.values.get(name) ?? new Map<string, number>();
      tally.values.set(name, counts);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }
}

export interface Lengths {
  readonly unit: 'tokens' | 'characters';
  readonly bars: readonly HistogramBar[];
}

/** Lengths of the answers in tokens, or in characters when for any of them the tokens are unknown. */
export function lengthsOf(tally: Tally, bins: number): Lengths {
  const known = tally.tokens.every(Number.isFinite);
  return known
    ? { unit: 'tokens', bars: binned(tally.tokens, bins) }
    : { unit: 'characters', bars: binned(tally.characters, bins) };
}
