import { Text } from 'ink';
import type { ReactNode } from 'react';
import type { OperationStatus } from '../../app/runtime/operation.ts';
import type { Rating, RowStatus } from '../../domain/dataset/types.ts';
import { type JobStatus, statusText, type TuningJob } from '../../domain/training/types.ts';
import type { Symbols } from '../../theme/symbols.ts';
import { useTheme } from '../../theme/theme.tsx';
import type { Tone } from '../../theme/themes.ts';
import { safeLine } from '../text/line.tsx';

export type StatusKind = 'ok' | 'running' | 'idle' | 'done' | 'paused' | 'error' | 'warn' | 'cancelled';

interface StatusStyle {
  readonly symbol: keyof Pick<Symbols, 'ok' | 'running' | 'idle' | 'done' | 'paused' | 'error' | 'warn' | 'cancelled'>;
  readonly tone: Tone;
}

export const STATUS_STYLES: Readonly<Record<StatusKind, StatusStyle>> = {
  ok: { symbol: 'ok', tone: 'ok' },
  running: { symbol: 'running', tone: 'accent' },
  idle: { symbol: 'idle', tone: 'muted' },
  done: { symbol: 'done', tone: 'ok' },
  paused: { symbol: 'paused', tone: 'warn' },
  error: { symbol: 'error', tone: 'error' },
  warn: { symbol: 'warn', tone: 'warn' },
  cancelled: { symbol: 'cancelled', tone: 'muted' },
};

export interface StatusLabel {
  readonly kind: StatusKind;
  readonly word: string;
}

const OPERATION: Readonly<Record<OperationStatus, StatusLabel>> = {
  running: { kind: 'running', word: 'running' },
  paused: { kind: 'paused', word: 'paused' },
  succeeded: { kind: 'ok', word: 'done' },
  failed: { kind: 'error', word: 'failed' },
  cancelled: { kind: 'cancelled', word: 'cancelled' },
};

const JOB: Readonly<Record<JobStatus, StatusLabel>> = {
  validating_files: { kind: 'running', word: 'checking files' },
  queued: { kind: 'idle', word: 'queued' },
  running: { kind: 'running', word: 'running' },
  paused: { kind: 'paused', word: 'paused' },
  succeeded: { kind: 'ok', word: 'succeeded' },
  failed: { kind: 'error', word: 'failed' },
  cancelled: { kind: 'cancelled', word: 'cancelled' },
  unknown: { kind: 'warn', word: 'unknown' },
};

const ROW: Readonly<Record<RowStatus, StatusLabel>> = {
  done: { kind: 'ok', word: 'done' },
  truncated: { kind: 'warn', word: 'truncated' },
  refused: { kind: 'warn', word: 'refused' },
  empty: { kind: 'warn', word: 'empty' },
  failed: { kind: 'error', word: 'failed' },
};

const RATING: Readonly<Record<Rating, StatusLabel>> = {
  accepted: { kind: 'ok', word: 'accepted' },
  rejected: { kind: 'error', word: 'rejected' },
  unrated: { kind: 'idle', word: 'unrated' },
};

export const operationStatus = (status: OperationStatus): StatusLabel => OPERATION[status];

/** A word of the server that Luthier does not know stands as it is. */
export function jobStatus(job: Pick<TuningJob, 'status' | 'statusWord'>): StatusLabel {
  const label = JOB[job.status];
  return job.statusWord === undefined ? label : { ...label, word: statusText(job) };
}

export const rowStatus = (status: RowStatus): StatusLabel => ROW[status];
export const ratingStatus = (rating: Rating): StatusLabel => RATING[rating];

export interface StatusProps {
  readonly kind: StatusKind;
  /** Always said: colour and sign alone are not enough. */
  readonly word: string;
  /** Columns at most, sign included; 40 by default. */
  readonly width?: number;
}

/** A sign and a word: `✓ done`. For rows, jobs and operations take kind and word from `rowStatus` and its like. */
export function Status({ kind, word, width = 40 }: StatusProps): ReactNode {
  const theme = useTheme();
  const look = STATUS_STYLES[kind];
  return (
    <Text {...theme.tone(look.tone)} wrap="truncate-end">
      {theme.symbols[look.symbol]} {safeLine(word, Math.max(0, width - 2), theme.symbols.ellipsis)}
    </Text>
  );
}
