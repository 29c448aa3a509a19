import type { Problem } from '../../domain/common/outcome.ts';
import { MALFORMED_ANSWER, ProviderError } from '../../domain/provider/provider.ts';
import { sanitizeLine } from '../../domain/text/sanitize.ts';
import { explainJobError } from '../../domain/training/explain.ts';
import {
  type JobEvent,
  type JobRecord,
  type StepMetrics,
  statusText,
  TERMINAL_STATUSES,
  type TuningJob,
} from '../../domain/training/types.ts';
import type { OperationDeps } from '../core/deps.ts';
import { errorText, OperationError } from '../runtime/errors.ts';
import type { OperationContext, OperationHandle, OperationResult, WatchProgress } from '../runtime/operation.ts';
import type { CallOptions, Clock, JobService, JobStore } from '../runtime/ports.ts';

/** Cuts short the waiting of a watch. */
export interface WakeSignal {
  wake(): void;
  /** Aborts at the next `wake`. */
  signal(): AbortSignal;
}

export function createWakeSignal(): WakeSignal {
  let next = new AbortController();
  return {
    wake() {
      const now = next;
      next = new AbortController();
      now.abort();
    },
    signal: () => next.signal,
  };
}

/** Sleeps until the time is over or `called` aborts; rejects with the signal's reason when that aborts. */
async function interruptibleSleep(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  called: AbortSignal | undefined,
): Promise<void> {
  if (called === undefined) return clock.sleep(ms, signal);
  try {
    await clock.sleep(ms, AbortSignal.any([signal, called]));
  } catch (error) {
    signal.throwIfAborted();
    if (!called.aborted) throw error;
  }
}

const FAST_MS = 250;
const SLOW_MS = 15_000;
/** Between looks at a job whose status has no known meaning: it may have ended long ago. */
const UNKNOWN_STATUS_MS = 60_000;
const GROWTH = 1.6;

/** When to ask again: soon while things happen, ever later while nothing does. */
interface Polling {
  /** Milliseconds to wait after a poll that found something new, or did not. */
  afterPoll(news: boolean): number;
  /** Milliseconds to wait after a poll that failed: full jitter, so that many watchers do not return at once. */
  afterFailure(retryAfterMs: number | null): number;
  /** Failures since the last poll that worked. */
  failures(): number;
}

function createPolling(random: () => number): Polling {
  let delay = FAST_MS;
  let failures = 0;
  return {
    afterPoll(news) {
      failures = 0;
      delay = news ? FAST_MS : Math.round(Math.min(SLOW_MS, delay * GROWTH));
      return delay;
    },
    afterFailure(retryAfterMs) {
      failures += 1;
      const most = Math.min(SLOW_MS, FAST_MS * 2 ** failures);
      return Math.max(retryAfterMs ?? 0, FAST_MS / 2 + random() * most);
    },
    failures: () => failures,
  };
}

/** What one look at a job found. */
export interface PollResult {
  readonly record: JobRecord;
  readonly events: readonly JobEvent[];
  readonly changed: boolean;
  readonly ended: boolean;
}

function newestMetrics(events: readonly JobEvent[], before: StepMetrics | null): StepMetrics | null {
  return events.reduce<StepMetrics | null>((latest, event) => event.metrics ?? latest, before);
}

/** A job of a project as it is stored; null when it is gone. */
export function findRecord(jobs: Pick<JobStore, 'list'>, projectId: string, jobId: string): JobRecord | null {
  return jobs.list(projectId).find(({ job }) => job.id === jobId) ?? null;
}

/** The same job as it is stored now, which may have gone on. */
export const latestRecord = (jobs: Pick<JobStore, 'list'>, record: JobRecord): JobRecord =>
  findRecord(jobs, record.projectId, record.job.id) ?? record;

/** Ids of the job's events that are stored. */
function knownEvents(jobs: JobStore, jobId: string): Set<string> {
  return new Set(jobs.events(jobId).map((event) => event.id));
}

const sameState = (a: TuningJob, b: TuningJob): boolean =>
  a.status === b.status &&
  a.statusWord === b.statusWord &&
  a.fineTunedModel === b.fineTunedModel &&
  a.estimatedFinish === b.estimatedFinish &&
  a.costUsd === b.costUsd &&
  a.progress === b.progress &&
  a.error?.message === b.error?.message;

/** With the time it was first seen, in milliseconds since the epoch, where the server gave none. */
export const dated = <T extends { readonly createdAt: number }>(seen: T, now: number): T =>
  seen.createdAt === 0 ? { ...seen, createdAt: Math.floor(now / 1000) } : seen;

/**
 * Asks for the job first and its events after, so that when the job says it has ended, the events read are those up to
 * the end. Stores what is new before it is reported; `known` grows only by what is stored, so a failure anywhere loses and
 * repeats nothing.
 */
async function pollOnce(
  service: JobService,
  store: JobStore,
  record: JobRecord,
  known: Set<string>,
  { now, ...options }: CallOptions & { readonly now: number },
): Promise<PollResult> {
  const { lacks = {} } = service;
  const seen = await service.retrieve(record.job.id, options);
  const job = seen.createdAt === 0 ? { ...seen, createdAt: record.job.createdAt } : seen;
  const found = lacks.events === undefined ? await service.events(job.id, known, options) : [];
  const events = found.filter((event) => !known.has(event.id)).map((event) => dated(event, now));
  const ended = TERMINAL_STATUSES.has(job.status);
  const kept = ended || events.some(({ type, message }) => /checkpoint/i.test(`${type} ${message}`));
  if (kept && lacks.checkpoints === undefined) {
    store.saveCheckpoints(job.id, await service.checkpoints(job.id, options));
  }
  store.addEvents(job.id, events);
  for (const event of events) known.add(event.id);
  const changed = !sameState(job, record.job) || events.length > 0;
  const next = { ...record, job };
  if (changed) store.save(next);
  return { record: next, events, changed, ended };
}

export type WatchDeps = Pick<OperationDeps, 'registry' | 'providers' | 'jobs' | 'clock' | 'random'>;

export interface WatchRequest {
  readonly record: JobRecord;
  /** Something of the job is newly on disk. */
  readonly onChange?: (record: JobRecord) => void;
  /** Calls a sleeping watch to look at once, as after the person paused the job. */
  readonly wakeSignal?: WakeSignal;
}

/** A last event may be written just after the status: looks after the end before it is believed. */
const POLLS_AFTER_END = 3;

/** Follows a job to its end. Calling it again after a restart goes on where the store left off. */
export function watchJob(deps: WatchDeps, request: WatchRequest): OperationHandle<WatchProgress> {
  const { record } = request;
  return deps.registry.start<WatchProgress>({
    projectId: record.projectId,
    title: `Job ${record.job.id}`,
    detail: watchDetail(record.job, newestMetrics(deps.jobs.events(record.job.id), null)),
    run: (context) => followJob(deps, request, context),
  });
}

/** The watching itself, for an operation that began otherwise. Throws EndedEarly when the job fails or is cancelled. */
export async function followJob(
  deps: Omit<WatchDeps, 'registry'>,
  request: WatchRequest,
  context: Pick<OperationContext<WatchProgress>, 'signal' | 'report' | 'setPaused' | 'warn'>,
): Promise<OperationResult> {
  const { jobs, clock } = deps;
  const { signal } = context;
  const jobId = request.record.job.id;
  const known = knownEvents(jobs, jobId);
  const polling = createPolling(deps.random);
  let record = request.record;
  let latest = newestMetrics(jobs.events(jobId), null);
  let looksLeft = POLLS_AFTER_END;

  while (true) {
    signal.throwIfAborted();
    // Taken before the look, so that a call that comes during it is not lost: what it read may be old.
    const called = request.wakeSignal?.signal();
    let delay: number;
    try {
      const provider = await deps.providers.connect(record.providerId, { signal });
      const seen = await pollOnce(provider.jobs, jobs, record, known, { signal, now: clock.now() });
      record = seen.record;
      latest = newestMetrics(seen.events, latest);
      context.warn(record.job.status === 'unknown' ? unknownStatus(record.job) : null);
      context.report(watchDetail(record.job, latest), fractionOf(record.job, latest));
      context.setPaused(record.job.status === 'paused');
      if (seen.changed) request.onChange?.(record);
      const last = provider.jobs.lacks?.events !== undefined || hasLastEvent(deps, record.job);
      if (seen.ended && (last || looksLeft === 0)) return ending(record);
      if (seen.ended) looksLeft -= 1;
      const usual = polling.afterPoll(seen.changed || seen.ended);
      delay = record.job.status === 'unknown' ? UNKNOWN_STATUS_MS : usual;
    } catch (error) {
      delay = tolerate(error, polling, context);
    }
    await interruptibleSleep(clock, delay, signal, called);
  }
}

function unknownStatus(job: TuningJob): Problem {
  const cause = [job.error?.code, job.error?.message].filter(Boolean).join(': ');
  return {
    what: `The provider calls this job “${statusText(job)}”, which Luthier does not know.${cause === '' ? '' : ` It also says: ${sanitizeLine(cause)}.`}`,
    saved: 'Every event so far is on disk.',
    next: `Luthier looks every ${UNKNOWN_STATUS_MS / 1000} s now, and takes the job for ended when the provider names a finish time or a tuned model. Look at the provider’s own page too.`,
  };
}

/** Milliseconds to wait after a failed poll, which the person is shown; anything but a passing fault ends the watch. */
function tolerate(error: unknown, polling: Polling, context: Pick<OperationContext<WatchProgress>, 'warn'>): number {
  if (!(error instanceof ProviderError) || !isPassing(error)) throw error;
  const delay = polling.afterFailure(error.detail.retryAfterMs ?? null);
  // One lost poll is no news; the screen need not flicker for it.
  if (polling.failures() > 1) {
    context.warn({
      what: `The job's news cannot be read: ${errorText(error)}`,
      saved: 'The job runs on at the provider, and every event so far is on disk.',
      next: 'Nothing to do: Luthier keeps polling.',
    });
  }
  return delay;
}

/** A look costs nothing, so one that brought something not of the API (a proxy's page, say) may be made again. */
const isPassing = (error: ProviderError): boolean => error.retryable || error.detail.code === MALFORMED_ANSWER;

/** Whether what comes last of a job is there: of one that went well an event, of one that failed its reason. */
function hasLastEvent(deps: Pick<WatchDeps, 'jobs'>, job: TuningJob): boolean {
  if (job.status !== 'succeeded') return job.status !== 'failed' || job.error !== null;
  return deps.jobs
    .events(job.id)
    .some(({ type, message }) => type === 'job_complete' || /successfully completed/i.test(message));
}

function ending({ job, quoteUsd }: JobRecord): OperationResult {
  const receipt = { summary: `${job.id} ${job.status}.`, costUsd: job.costUsd ?? quoteUsd };
  if (job.status === 'succeeded') return { ...receipt, summary: `${job.fineTunedModel ?? job.id} is ready.` };
  if (job.status === 'cancelled') throw new OperationError('cancelled', null, { ...receipt, costUsd: null });
  const cause = job.error ?? { code: '', message: '', param: null };
  throw new OperationError('failed', explainJobError(cause), { ...receipt, costUsd: null });
}

function watchDetail(job: TuningJob, latest: StepMetrics | null): WatchProgress {
  const step = latest?.step ?? null;
  const status = job.statusWord === undefined ? {} : { statusWord: job.statusWord };
  const totalSteps = latest?.totalSteps ?? null;
  return { kind: 'watch', jobId: job.id, jobStatus: job.status, ...status, step, totalSteps, latest };
}

function fractionOf(job: TuningJob, latest: StepMetrics | null): number | null {
  if (job.status === 'succeeded') return 1;
  return latest?.totalSteps ? Math.min(1, latest.step / latest.totalSteps) : (job.progress ?? null);
}
