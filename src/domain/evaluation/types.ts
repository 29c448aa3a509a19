import type { ChatMessage, Sampling } from '../chat/types.ts';
import type { ModelRef } from '../provider/models.ts';
import type { Cell } from '../template/types.ts';
import type { Score } from './graders/grader.ts';
import type { GraderSpec } from './graders/graders.ts';

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
  /** The chat line it is of, as JSON text, where prompt and target are what is shown of it. */
  readonly whole?: string;
  /** What accuracy can be sliced by: slot values, label, document. */
  readonly slices: Readonly<Record<string, string>>;
  /** The slot values it was generated from, by slot; absent where no template made it. */
  readonly slots?: Cell | undefined;
}

export type EvaluationSource =
  /** Rows of the project on one side of its split, or all of them. */
  | { readonly kind: 'rows'; readonly side: 'train' | 'validation' | 'all' }
  | { readonly kind: 'file'; readonly path: string };

/** What is to be measured. The first model is the baseline the others are held against. */
export interface EvaluationPlan {
  readonly source: EvaluationSource;
  readonly models: readonly ModelRef[];
  /** The first one decides right or wrong. */
  readonly graders: readonly GraderSpec[];
  readonly sampling: Sampling;
  readonly concurrency: number | 'auto';
  /** Whether its requests go to the provider's batches, at half the price and within a day; call by call when absent. */
  readonly inBatches?: boolean;
  /** Requests a batch, where fewer are wanted than the provider takes. */
  readonly batchSize?: number;
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
  /** What the model thought before it answered; no part of the text. Absent when there is nothing. */
  readonly thoughts?: string | undefined;
  readonly finishReason: string | null;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  readonly costUsd: number | null;
  /** Milliseconds from sending to the whole answer; absent where it was not timed. */
  readonly latencyMs?: number | undefined;
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
