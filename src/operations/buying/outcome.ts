import type { ChatAnswer } from '../../domain/chat/types.ts';
import type { Row, RowStatus } from '../../domain/dataset/types.ts';
import type { ProviderError } from '../../domain/provider/errors.ts';
import type { Work } from './types.ts';

/** What became of an answer. A refusal outranks a cut, a cut outranks silence. */
export function statusOf(answer: ChatAnswer): RowStatus {
  if (answer.refusal !== null || answer.finishReason === 'content_filter') return 'refused';
  if (answer.finishReason === 'length') return 'truncated';
  if (answer.text.trim() === '') return 'empty';
  return 'done';
}

function causeOf(answer: ChatAnswer, status: RowStatus): string | null {
  switch (status) {
    case 'refused':
      return answer.refusal ?? "The provider's content filter stopped the answer.";
    case 'truncated':
      return 'The answer was cut at the maximum of tokens.';
    case 'empty':
      return 'The answer was empty.';
    case 'done':
    case 'failed':
      return null;
  }
}

/** The row an answer makes. A row bought again keeps its id, its place in time and its prompt. */
export function answeredRow(work: Work, answer: ChatAnswer, costUsd: number | null, now: number): Row {
  const status = statusOf(answer);
  return {
    ...bareRow(work, now),
    completion: answer.text,
    status,
    finishReason: answer.finishReason,
    usage: answer.usage,
    costUsd,
    error: causeOf(answer, status),
  };
}

/** Codes of a connection that was there and broke: the answer may have been on its way. */
const BROKE_OFF = /^(ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET|ERR_STREAM_PREMATURE_CLOSE|HPE_.*)$/;

/** Whether a call that gave no answer may be billed all the same. What was refused, or never arrived, is not. */
export function mayBeBilled({ kind, detail }: ProviderError): boolean {
  if (kind === 'timeout') return true;
  if (kind === 'network') return BROKE_OFF.test(detail.code ?? '');
  return detail.code === 'malformed_answer';
}

/** The row of a call that never got its answer: kept with its cause, bought by the next run. */
export function failedRow(work: Work, error: ProviderError, now: number): Row {
  return {
    ...bareRow(work, now),
    status: error.kind === 'moderation' ? 'refused' : 'failed',
    error: error.message,
    costUsd: mayBeBilled(error) ? null : 0,
  };
}

function bareRow(work: Work, now: number): Row {
  return {
    id: work.id,
    projectId: work.projectId,
    source: work.old?.source ?? 'generated',
    cell: work.cell,
    prompt: work.old?.prompt ?? null,
    completion: '',
    status: 'done',
    rating: 'unrated',
    edited: false,
    split: work.old?.split ?? null,
    model: work.target.shape.model,
    finishReason: null,
    usage: null,
    costUsd: null,
    error: null,
    createdAt: work.old?.createdAt ?? now,
    updatedAt: now,
  };
}
