import type { ClassFigures, ConfusionMatrix, MacroFigures } from '../statistics/confusion.ts';
import type { Interval } from '../statistics/wilson.ts';
import type { GraderSpec, ModelRef } from '../types.ts';

/** What one grader says of one model. Failed and pending items are in no figure. */
export interface GraderFigures {
  readonly grader: GraderSpec;
  /** Answers with a score of this grader: what the shares are of. */
  readonly graded: number;
  readonly passed: number;
  /** Passed of graded; null when nothing is graded. */
  readonly accuracy: number | null;
  /** Wilson's 95% interval of the accuracy. */
  readonly interval: Interval;
  readonly meanScore: number | null;
  /** 95% percentile bootstrap; null where scores are only 0 and 1, which `interval` covers, or fewer than two. */
  readonly meanInterval: Interval | null;
}

/** Classes of a model's answers, after normalising labels; see `classesOf`. */
export interface ClassReport {
  readonly matrix: ConfusionMatrix;
  readonly classes: readonly ClassFigures[];
  readonly macro: MacroFigures | null;
  /** Answers that named no label of the set. */
  readonly outside: number;
}

export interface ModelSummary {
  readonly model: ModelRef;
  readonly answered: number;
  /** Calls that failed: neither right nor wrong. */
  readonly failed: number;
  readonly pending: number;
  /** By the grader that decides. */
  readonly main: GraderFigures;
  /** By every grader, in the order of the plan. */
  readonly graders: readonly GraderFigures[];
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** US$ of the answers whose price is known; null when none is. */
  readonly costUsd: number | null;
  /** Answers whose cost is unknown, so `costUsd` leaves them out. */
  readonly unpriced: number;
  readonly classes: ClassReport | null;
}

/** Two models on the items that both have a score for. */
export interface PairSummary {
  readonly first: ModelRef;
  readonly second: ModelRef;
  readonly n: number;
  readonly bothRight: number;
  /** McNemar's b. */
  readonly onlyFirst: number;
  /** McNemar's c. */
  readonly onlySecond: number;
  readonly bothWrong: number;
  /** Accuracy of the second less that of the first, on these items; null when there are none. */
  readonly difference: number | null;
  /** Exact McNemar, two-sided. Of several pairs each is tested by itself, uncorrected. */
  readonly p: number;
  /** About how many more items would separate them: 0 when they are, null when they do not differ. */
  readonly moreRows: number | null;
  /** Mean score of the second less the first, and its 95% paired bootstrap; null where scores are only 0 and 1. */
  readonly scoreDifference: { readonly mean: number; readonly interval: Interval } | null;
}

export interface SliceCell {
  readonly graded: number;
  readonly passed: number;
  readonly accuracy: number | null;
  readonly interval: Interval;
}

export interface SliceRow {
  readonly value: string;
  readonly items: number;
  /** In the order of the plan's models. */
  readonly models: readonly SliceCell[];
}

export interface SliceTable {
  readonly kind: 'slot' | 'label' | 'length';
  readonly name: string;
  /** Most items first; lengths from short to long. */
  readonly rows: readonly SliceRow[];
  /** Values past the hundred with the most items. */
  readonly omitted: number;
}

export interface EvaluationSummary {
  readonly items: number;
  /** The grader that decides right or wrong. */
  readonly grader: GraderSpec;
  /** Its place in the plan. */
  readonly graderIndex: number;
  readonly models: readonly ModelSummary[];
  /** Every two models, the earlier of the plan first. */
  readonly pairs: readonly PairSummary[];
  readonly slices: readonly SliceTable[];
}
