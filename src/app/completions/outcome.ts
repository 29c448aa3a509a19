import type { ChatAnswer } from '../../domain/chat/types.ts';
import type { Row, RowStatus } from '../../domain/dataset/types.ts';
import type { ProviderError } from '../../domain/provider/provider.ts';
import type { RowStore } from '../runtime/ports.ts';
import type { BatchRequest } from './requests.ts';

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
export function answeredRow(work: BatchRequest, answer: ChatAnswer, costUsd: number | null, now: number): Row {
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

/** The row of a call that never got its answer: kept with its cause, bought by the next run. */
export function failedRow(work: BatchRequest, error: ProviderError, now: number): Row {
  return {
    ...bareRow(work, now),
    status: error.kind === 'moderation' ? 'refused' : 'failed',
    error: error.message,
    costUsd: error.mayBeBilled ? null : 0,
  };
}

function bareRow(work: BatchRequest, now: number): Row {
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

/** Rows that failed one after the other, none answered between, before the run is stopped. */
const MOST_IN_A_ROW = 8;

/** Tells an error of one row from an error of the whole run. */
export interface FailureStreak {
  /** True when no other row could fare better: key, quota, permission, model. */
  fatal(error: ProviderError): boolean;
  /** Notes a failed row; true when so many failed in a row that going on is pointless. */
  failed(error: ProviderError): boolean;
  /** An answer came. */
  reset(): void;
}

export function createFailureStreak(): FailureStreak {
  let length = 0;
  return {
    fatal(error) {
      switch (error.kind) {
        case 'auth':
        case 'forbidden':
        case 'quota':
        case 'not-found':
        case 'training-not-available':
        case 'cancelled':
          return true;
        case 'rate-limit':
        case 'invalid-request':
        case 'invalid-training-file':
        case 'moderation':
        case 'network':
        case 'timeout':
        case 'server':
          return false;
      }
    },
    failed(error) {
      if (error.kind !== 'moderation') length += 1;
      return length >= MOST_IN_A_ROW;
    },
    reset() {
      length = 0;
    },
  };
}

/** Puts rows on disk. The promise resolves when the row would survive a kill, and rejects when it could not be written. */
export interface RowWriter {
  put(row: Row): Promise<void>;
}

interface WaitingRow {
  readonly row: Row;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Answers that arrive in one turn of the event loop are written in one transaction: as durable as one by one, since
 * nothing waits for a clock, and many times cheaper when a hundred calls answer at once.
 */
export function createRowWriter(rows: Pick<RowStore, 'put'>): RowWriter {
  let waiting: WaitingRow[] = [];

  function flush(): void {
    const batch = waiting;
    waiting = [];
    try {
      rows.put(batch.map((item) => item.row));
    } catch (error) {
      for (const item of batch) item.reject(error);
      return;
    }
    for (const item of batch) item.resolve();
  }

  return {
    put(row) {
      return new Promise((resolve, reject) => {
        if (waiting.length === 0) setImmediate(flush);
        waiting.push({ row, resolve, reject });
      });
    },
  };
}
