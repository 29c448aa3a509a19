import type { UntimedAnswer } from '../chat/types.ts';
import type { ProviderError } from '../provider/provider.ts';

/** What a batch at a provider is doing; `unknown` is a word that is not in the table. */
export type BatchStatus =
  | 'validating'
  | 'running'
  | 'finishing'
  | 'cancelling'
  | 'completed'
  | 'failed'
  | 'expired'
  | 'cancelled'
  | 'unknown';

export interface BatchCounts {
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
}

/** A batch as its provider tells of it. */
export interface RemoteBatch {
  readonly id: string;
  readonly status: BatchStatus;
  /** The provider's own word for the status. */
  readonly word: string;
  /** Null where it says none. */
  readonly counts: BatchCounts | null;
  /** Seconds since the epoch; null where it says none. */
  readonly createdAt: number | null;
  /** When what was not asked by then expires; seconds since the epoch. */
  readonly deadlineAt: number | null;
  readonly endedAt: number | null;
  /** Why it failed, in its words; null when it did not. */
  readonly problem: { readonly message: string; readonly code: string | null } | null;
  /** Ids of the files that hold what became of its requests, answers first. */
  readonly resultFiles: readonly string[];
}

/**
 * What became of one request of a batch. `again`: another batch may fare better, for the fault was passing, or a field that was
 * refused is left out from now on.
 */
export type BatchResult = { readonly id: string } & (
  | { readonly kind: 'answered'; readonly answer: UntimedAnswer }
  | { readonly kind: 'failed'; readonly error: ProviderError; readonly again: boolean }
  | { readonly kind: 'unasked'; readonly reason: 'expired' | 'cancelled' }
);

/** What one batch of a provider may hold, and how long it may take. */
export interface BatchLimits {
  readonly requests: number;
  readonly bytes: number;
  readonly windowHours: number;
}
