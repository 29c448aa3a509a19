import type { StatusKind } from '../../../components/feedback/status.tsx';
import {
  type JobEvent,
  type JobStatus,
  statusText,
  TERMINAL_STATUSES,
  type TuningJob,
} from '../../../domain/training/types.ts';

export interface Stage {
  readonly word: string;
  readonly kind: StatusKind;
  /** Seconds since the epoch when it began; null when that is not known, or it has not. */
  readonly at: number | null;
}

/** What an event says when a stage begins, as OpenAI and the engine word it. */
const STAGE_EVENTS = {
  files: /^(created|validating) /i,
  queued: /moving job to queued|queued state/i,
  running: /job started/i,
} as const;

const STATUS_RANK: Readonly<Record<JobStatus, number>> = {
  validating_files: 0,
  queued: 1,
  running: 2,
  paused: 2,
  unknown: 2,
  succeeded: 3,
  failed: 3,
  cancelled: 3,
};

const stageStart = (events: readonly JobEvent[], pattern: RegExp): number | null =>
  events.find(({ message }) => pattern.test(message))?.createdAt ?? null;

/** When the job began to run, in seconds since the epoch; null before, and where no event says so. */
const runningSince = (events: readonly JobEvent[]): number | null =>
  stageStart(events, STAGE_EVENTS.running) ?? events.find(({ metrics }) => metrics !== null)?.createdAt ?? null;

function endStage(job: TuningJob, events: readonly JobEvent[]): Stage {
  const at = job.finishedAt ?? events.at(-1)?.createdAt ?? null;
  switch (job.status) {
    case 'failed':
      return { word: 'failed', kind: 'error', at };
    case 'cancelled':
      return { word: 'cancelled', kind: 'cancelled', at };
    case 'succeeded':
      return { word: 'succeeded', kind: 'ok', at };
    default:
      return { word: 'succeeded', kind: 'idle', at: null };
  }
}

/**
 * The stages of a job: files, queue, run, end, each with when it began. A job that failed or was cancelled shows only
 * what it reached; an unfinished one what it waits for.
 */
export function timelineOf(job: TuningJob, events: readonly JobEvent[]): readonly Stage[] {
  const begins = [
    stageStart(events, STAGE_EVENTS.files) ?? job.createdAt,
    stageStart(events, STAGE_EVENTS.queued),
    runningSince(events),
  ] as const;
  const ended = TERMINAL_STATUSES.has(job.status);
  const stopped = ended && job.status !== 'succeeded';
  const rank = STATUS_RANK[job.status];
  const end = endStage(job, events);
  const lastReached = begins.findLastIndex((at) => at !== null);
  const stages = ['files', 'queued', 'running'].flatMap((word, index): readonly Stage[] => {
    const at = begins[index] ?? null;
    if (stopped) {
      if (index > lastReached) return [];
      return [{ word, kind: index === lastReached ? end.kind : 'ok', at }];
    }
    if (index < rank) return [{ word, kind: 'ok', at }];
    if (index > rank) return [{ word, kind: 'idle', at: null }];
    if (job.status === 'unknown') return [{ word: statusText(job), kind: 'warn', at }];
    if (job.status === 'paused') return [{ word: 'paused', kind: 'paused', at }];
    return [{ word, kind: 'running', at }];
  });
  return [...stages, end];
}

/** Milliseconds from creation to the end, or to now. */
export function elapsedMs(job: TuningJob, now: number): number {
  const ended = TERMINAL_STATUSES.has(job.status) ? job.finishedAt : null;
  return Math.max(0, (ended === null ? now : ended * 1000) - job.createdAt * 1000);
}

/**
 * Milliseconds until the job should be done: the provider's own estimate, else by the pace of its steps so far. Null
 * while there is no estimate, and when it does not run.
 */
export function etaMs(job: TuningJob, events: readonly JobEvent[], now: number): number | null {
  if (job.status !== 'running') return null;
  if (job.estimatedFinish !== null) return Math.max(0, job.estimatedFinish * 1000 - now);
  const since = runningSince(events);
  const latest = events.findLast(({ metrics }) => metrics !== null);
  const metrics = latest?.metrics ?? null;
  if (since === null || latest === undefined || metrics?.totalSteps == null || metrics.step <= 0) return null;
  const perStep = ((latest.createdAt - since) * 1000) / metrics.step;
  // Events carry whole seconds: below one there is no pace to measure.
  if (perStep <= 0) return null;
  return Math.max(0, perStep * (metrics.totalSteps - metrics.step) - (now - latest.createdAt * 1000));
}
