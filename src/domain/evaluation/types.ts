import type { ChatMessage, Sampling } from '../chat/types.ts';

/** How an answer is held against its target. Text is taken as it came unless the grader says otherwise. */
export type GraderSpec =
  /** Equal after trimming white space at both ends. */
  | { readonly kind: 'exact' }
  /** Equal after trimming, letter case left aside: the notebook's measure. */
  | { readonly kind: 'exact-ci' }
  /** The answer holds the target; letter case left aside. */
  | { readonly kind: 'contains' }
  /** The answer matches; `{target}` in the pattern stands for the target, quoted. */
  | { readonly kind: 'regex'; readonly pattern: string; readonly flags: string }
  /** The answer is JSON of this schema (JSON Schema 2020-12). The target is not looked at. */
  | { readonly kind: 'json-schema'; readonly schema: unknown }
  /** The first number of the answer is within `tolerance` of the target's (absolute, or relative with `%`). */
  | { readonly kind: 'number'; readonly tolerance: number; readonly relative: boolean }
  /** Answer and target name the same label of the set after normalising case, punctuation and white space. */
  | { readonly kind: 'labels'; readonly labels: readonly string[] }
  /** A similarity in [0, 1]; passes at `threshold`. */
  | { readonly kind: 'similarity'; readonly threshold: number }
  /** A model compares answer and target by a rubric, asked in both orders. */
  | { readonly kind: 'judge'; readonly providerId: string; readonly model: string; readonly rubric: string };

export type GraderKind = GraderSpec['kind'];

export interface Score {
  /** 0 to 1. */
  readonly value: number;
  readonly passed: boolean;
  /** Why, in a few words, where that is not plain: "no number in the answer". */
  readonly note: string | null;
}

/** One question with the answer that is wanted. */
export interface EvaluationItem {
  /** Stable: the id of its row, or a hash of its line. */
  readonly id: string;
  /** The row it came from, to edit and retrain; null for an item of a file. */
  readonly rowId: string | null;
  /** Counts from 1 in its split or file. */
  readonly line: number;
  readonly prompt: readonly ChatMessage[];
  readonly target: string;
  /** What accuracy can be sliced by: slot values, label, document. */
  readonly slices: Readonly<Record<string, string>>;
}

export type EvaluationSource =
  /** Rows of the project on one side of its split, or all of them. */
  | { readonly kind: 'rows'; readonly side: 'train' | 'validation' | 'all' }
  | { readonly kind: 'file'; readonly path: string };

export interface ModelRef {
  readonly providerId: string;
  readonly model: string;
}

/** What is to be measured. The first model is the baseline the others are held against. */
export interface EvaluationPlan {
  readonly source: EvaluationSource;
  readonly models: readonly ModelRef[];
  /** The first one decides right or wrong. */
  readonly graders: readonly GraderSpec[];
  readonly sampling: Sampling;
  readonly concurrency: number | 'auto';
  readonly capUsd: number | null;
}

export interface Evaluation {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly createdAt: number;
  readonly plan: EvaluationPlan;
  readonly items: number;
}

/** What one model said to one item. A failed call is never a wrong answer. */
export interface Prediction {
  readonly itemId: string;
  readonly model: ModelRef;
  readonly status: 'done' | 'failed';
  readonly text: string;
  readonly finishReason: string | null;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  readonly costUsd: number | null;
  readonly error: string | null;
  /** By grader, in the order of the plan; empty when failed. */
  readonly scores: readonly Score[];
}

/** An item with every model's prediction, in the plan's order; null where it is still to come. */
export interface EvaluatedItem {
  readonly item: EvaluationItem;
  readonly predictions: readonly (Prediction | null)[];
}

/** A person's verdict between two answers whose order was hidden. */
export interface Vote {
  readonly itemId: string;
  readonly first: ModelRef;
  readonly second: ModelRef;
  readonly choice: 'first' | 'second' | 'tie';
  readonly at: number;
}
