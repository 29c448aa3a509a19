import type { BatchStatus } from './types.ts';

/** Words of all providers, in lower case: OpenAI, Azure and Groq; Together writes them in capitals; the rest are Mistral's and Nebius's. */
const WORDS: Readonly<Record<string, BatchStatus>> = {
  validating: 'validating',
  queued: 'validating',
  pending: 'validating',
  in_progress: 'running',
  running: 'running',
  finalizing: 'finishing',
  cancelling: 'cancelling',
  cancellation_requested: 'cancelling',
  completed: 'completed',
  success: 'completed',
  done: 'completed',
  failed: 'failed',
  expired: 'expired',
  timeout_exceeded: 'expired',
  cancelled: 'cancelled',
  canceled: 'cancelled',
};

export const batchStatusOf = (word: string): BatchStatus => WORDS[word.trim().toLowerCase()] ?? 'unknown';

const ENDED: ReadonlySet<BatchStatus> = new Set(['completed', 'failed', 'expired', 'cancelled']);

/** Whether nothing more comes of it. A word nobody knows has ended where the batch has an end. */
export const hasEnded = ({
  status,
  endedAt,
}: {
  readonly status: BatchStatus;
  readonly endedAt: number | null;
}): boolean => ENDED.has(status) || (status === 'unknown' && endedAt !== null);
