import type { EvaluationSummary } from '../summary/types.ts';
import type { EvaluatedItem, Evaluation, Vote } from '../types.ts';

/** What a report is made of. `summary` is `summarise`'s, by whichever grader the report is to go by. */
export interface ReportInput {
  readonly evaluation: Evaluation;
  readonly items: readonly EvaluatedItem[];
  readonly summary: EvaluationSummary;
  readonly votes: readonly Vote[];
  /** Milliseconds since the epoch. */
  readonly writtenAt: number;
  /** Keys to mask wherever they stand; what looks like a key is masked anyway. */
  readonly secrets?: readonly string[];
}

/** Cells are text as it came: whoever writes it down makes it safe. */
export interface ReportTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** How many columns from the left hold words; the rest hold figures. */
  readonly words: number;
}

/** A part of a report, the same in every format. */
export interface Section {
  readonly title: string;
  readonly text: readonly string[];
  readonly table: ReportTable | null;
  /** A drawing to go with it, in formats that have them. */
  readonly chart: { readonly kind: 'accuracy' } | { readonly kind: 'confusion'; readonly model: number } | null;
}

export const section = (title: string, parts: Partial<Omit<Section, 'title'>>): Section => ({
  title,
  text: [],
  table: null,
  chart: null,
  ...parts,
});
