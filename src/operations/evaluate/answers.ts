import type { Row } from '../../domain/dataset/types.ts';
import { readVerdict } from '../../domain/evaluation/judge.ts';

/**
 * Whether a call gave no answer: it failed, or the provider would not have the question, which is nothing the model
 * said. An answer that was cut, empty or declined is an answer.
 */
export const isFailedCall = (row: Row): boolean =>
  row.status === 'failed' || (row.status === 'refused' && row.usage === null && row.finishReason === null);

/** A prediction that need not be asked for again. */
export const isAnswered = (row: Row | null): row is Row => row !== null && !isFailedCall(row);

/** A judgement that need not be asked for again: one that says something. */
export const isJudged = (row: Row | null): row is Row =>
  isAnswered(row) && readVerdict(row.completion, 'answer-first') !== null;
