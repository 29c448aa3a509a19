import { type JobEvent, TERMINAL_STATUSES, type TuningJob } from '../../../domain/training/types.ts';
import { runningSince } from './timeline.ts';

/** Milliseconds from creation to the end, or to now. */
export function elapsedMs(job: TuningJob, now: number): number {
  const ended = TERMINAL_STATUSES.has(job.status) ? job.finishedAt : null;
  return Math.max(0, (ended === null ? now : ended * 1000) - job.createdAt * 1000);
}

/**
 * Milliseconds until the job should be done: the provider's own estimate, else by the pace of its steps so far. Null
 * while nothing can be told, and when it does not run.
 */
export function etaMs(job: TuningJob, events: readonly JobEvent[], now: number): number | null {
  if (job.status !== 'running') return null;
  if (job.estimatedFinish !== null) return Math.max(0, job.estimatedFinish * 1000 - now);
  const since = runningSince(events);
  const latest = events.findLast(({ metrics }) => metrics !== null);
  const metrics = latest?.metrics ?? null;
  if (since === null || latest === undefined || metrics?.totalSteps == null || metrics.step <= 0) return null;
  const perStep = ((latest.createdAt - since) * 1000) / metrics.step;
  // Events carry whole seconds: below one there is no pace to tell.
  if (perStep <= 0) return null;
  return Math.max(0, perStep * (metrics.totalSteps - metrics.step) - (now - latest.createdAt * 1000));
}
