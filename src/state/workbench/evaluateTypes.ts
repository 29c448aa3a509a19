import type { EvaluatedItem, Evaluation, EvaluationPlan, ModelRef, Vote } from '../../domain/evaluation/types.ts';
import type { Outcome } from '../../domain/text/problem.ts';
import type { EvaluationQuote } from '../../operations/evaluate/quote.ts';

export type { EvaluationQuote };

export interface EvaluateActions {
  /** Newest first, of the current project. */
  list(): readonly Evaluation[];
  quote(plan: EvaluationPlan): Promise<Outcome<EvaluationQuote>>;
  /** Starts it as an operation of kind `evaluate`. Answers already there are reused. */
  start(plan: EvaluationPlan): Promise<Outcome<Evaluation>>;
  /** Every item with what is answered so far, in the order of its source. */
  items(evaluationId: string): readonly EvaluatedItem[];
  remove(evaluationId: string): void;
  /** Says where it was written. */
  export(evaluationId: string, format: 'jsonl' | 'csv' | 'markdown' | 'html', path: string): Promise<Outcome<string>>;
}

export interface EvaluateRun {
  pause(): void;
  resume(): void;
  setCap(usd: number | null): void;
  /** Asks again for every failed prediction. */
  retryFailed(evaluationId: string): void;
}

export interface BlindActions {
  votes(evaluationId: string): readonly Vote[];
  vote(evaluationId: string, vote: Omit<Vote, 'at'>): void;
  /** Takes back the newest vote; says whether there was one. */
  undo(evaluationId: string): boolean;
  /**
   * The next item that both answered and nobody judged, in a random but repeatable order; null when all are judged.
   * Items of `skipped` (ids) are passed over.
   */
  next(evaluationId: string, pair: readonly [ModelRef, ModelRef], skipped?: ReadonlySet<string>): BlindPair | null;
}

export interface BlindPair {
  readonly item: EvaluatedItem;
  /** Hidden from the person: which model's answer is shown first. */
  readonly first: ModelRef;
  readonly second: ModelRef;
}
