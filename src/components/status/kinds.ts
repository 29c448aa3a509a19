import type { Rating, RowStatus } from '../../domain/dataset/types.ts';
import type { JobStatus } from '../../domain/training/types.ts';
import type { OperationStatus } from '../../operations/channel/types.ts';
import type { Symbols, Tone } from '../../theme/index.ts';

export type StatusKind = 'ok' | 'running' | 'idle' | 'done' | 'paused' | 'error' | 'warn' | 'cancelled';

interface StatusLook {
  readonly symbol: keyof Pick<Symbols, 'ok' | 'running' | 'idle' | 'done' | 'paused' | 'error' | 'warn' | 'cancelled'>;
  readonly tone: Tone;
}

export const STATUS_LOOKS: Readonly<Record<StatusKind, StatusLook>> = {
  ok: { symbol: 'ok', tone: 'ok' },
  running: { symbol: 'running', tone: 'accent' },
  idle: { symbol: 'idle', tone: 'muted' },
  done: { symbol: 'done', tone: 'ok' },
  paused: { symbol: 'paused', tone: 'warn' },
  error: { symbol: 'error', tone: 'error' },
  warn: { symbol: 'warn', tone: 'warn' },
  cancelled: { symbol: 'cancelled', tone: 'muted' },
};

export interface StatusWords {
  readonly kind: StatusKind;
  readonly word: string;
}

const OPERATION: Readonly<Record<OperationStatus, StatusWords>> = {
  running: { kind: 'running', word: 'running' },
  paused: { kind: 'paused', word: 'paused' },
  succeeded: { kind: 'ok', word: 'done' },
  failed: { kind: 'error', word: 'failed' },
  cancelled: { kind: 'cancelled', word: 'cancelled' },
};

const JOB: Readonly<Record<JobStatus, StatusWords>> = {
  validating_files: { kind: 'running', word: 'checking files' },
  queued: { kind: 'idle', word: 'queued' },
  running: { kind: 'running', word: 'running' },
  paused: { kind: 'paused', word: 'paused' },
  succeeded: { kind: 'ok', word: 'succeeded' },
  failed: { kind: 'error', word: 'failed' },
  cancelled: { kind: 'cancelled', word: 'cancelled' },
};

const ROW: Readonly<Record<RowStatus, StatusWords>> = {
  done: { kind: 'ok', word: 'done' },
  truncated: { kind: 'warn', word: 'truncated' },
  refused: { kind: 'warn', word: 'refused' },
  empty: { kind: 'warn', word: 'empty' },
  failed: { kind: 'error', word: 'failed' },
};

const RATING: Readonly<Record<Rating, StatusWords>> = {
  accepted: { kind: 'ok', word: 'accepted' },
  rejected: { kind: 'error', word: 'rejected' },
  unrated: { kind: 'idle', word: 'unrated' },
};

export const operationStatus = (status: OperationStatus): StatusWords => OPERATION[status];
export const jobStatus = (status: JobStatus): StatusWords => JOB[status];
export const rowStatus = (status: RowStatus): StatusWords => ROW[status];
export const ratingStatus = (rating: Rating): StatusWords => RATING[rating];
