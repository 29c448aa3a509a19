import { ProviderError } from '../../domain/provider/errors.ts';
import { explainJobError } from '../../domain/training/explain.ts';
import type { JobRecord, StepMetrics, TuningJob } from '../../domain/training/types.ts';
import { EndedEarly } from '../channel/ends.ts';
import { errorText } from '../channel/problems.ts';
import type { OperationContext, OperationHandle, Receipt, WatchDetail } from '../channel/types.ts';
import type { OperationDeps } from '../deps.ts';
import { type Nudge, nap } from './nudge.ts';
import { knownEvents, look, newest } from './poll.ts';
import { createPolling, type Polling } from './polling.ts';

export type WatchDeps = Pick<OperationDeps, 'registry' | 'providers' | 'jobs' | 'clock' | 'random'>;

export interface WatchRequest {
  readonly record: JobRecord;
  /** Something of the job is newly on disk. */
  readonly onChange?: (record: JobRecord) => void;
  /** Calls a sleeping watch to look at once, as after the person paused the job. */
  readonly nudge?: Nudge;
}

/** A last event may be written just after the status: looks after the end before it is believed. */
const LOOKS_AFTER_END = 3;

/** Follows a job to its end. Calling it again after a restart goes on where the store left off. */
export function watchJob(deps: WatchDeps, request: WatchRequest): OperationHandle<WatchDetail> {
  const { record } = request;
  return deps.registry.start<WatchDetail>({
    projectId: record.projectId,
    title: `Job ${record.job.id}`,
    detail: watchDetail(record.job, newest(deps.jobs.events(record.job.id), null)),
    run: (context) => followJob(deps, request, context),
  });
}

/** The watching itself, for an operation that began otherwise. Throws EndedEarly when the job fails or is cancelled. */
export async function followJob(
  deps: Omit<WatchDeps, 'registry'>,
  request: WatchRequest,
  context: Pick<OperationContext<WatchDetail>, 'signal' | 'report' | 'setPaused' | 'warn'>,
): Promise<Receipt> {
  const { jobs, clock } = deps;
  const { signal } = context;
  const jobId = request.record.job.id;
  const known = knownEvents(jobs, jobId);
  const polling = createPolling(deps.random);
  let record = request.record;
  let latest = newest(jobs.events(jobId), null);
  let looksLeft = LOOKS_AFTER_END;

  while (true) {
    signal.throwIfAborted();
    // Taken before the look, so that a call that comes during it is not lost: what it read may be old.
    const called = request.nudge?.signal();
    let delay: number;
    try {
      const provider = await deps.providers.connect(record.providerId, { signal });
      const seen = await look(provider.jobs, jobs, record, known, { signal });
      record = seen.record;
      latest = newest(seen.events, latest);
      context.warn(null);
      context.report(watchDetail(record.job, latest), fractionOf(record.job, latest));
      context.setPaused(record.job.status === 'paused');
      if (seen.changed) request.onChange?.(record);
      if (seen.ended && (saidGoodbye(deps, record.job) || looksLeft === 0)) return ending(record);
      if (seen.ended) looksLeft -= 1;
      delay = polling.afterPoll(seen.changed || seen.ended);
    } catch (error) {
      delay = tolerate(error, polling, context);
    }
    await nap(clock, delay, signal, called);
  }
}

/** Milliseconds to wait after a failed look, told to the person; anything but a passing fault ends the watch. */
function tolerate(error: unknown, polling: Polling, context: Pick<OperationContext<WatchDetail>, 'warn'>): number {
  if (!(error instanceof ProviderError) || !isPassing(error)) throw error;
  const delay = polling.afterFailure(error.detail.retryAfterMs ?? null);
  // One lost poll is no news; the screen need not flicker for it.
  if (polling.failures() > 1) {
    context.warn({
      what: `The job's news cannot be read: ${errorText(error)}`,
      saved: 'The job runs on at the provider, and every event so far is on disk.',
      next: 'Nothing to do: Luthier keeps asking.',
    });
  }
  return delay;
}

/** A look costs nothing, so one that brought something not of the API (a proxy's page, say) may be made again. */
const isPassing = (error: ProviderError): boolean => error.retryable || error.detail.code === 'malformed_answer';

/** Whether the events hold the last one a job that went well writes. Other ends have no event of their own to wait for. */
function saidGoodbye(deps: Pick<WatchDeps, 'jobs'>, job: TuningJob): boolean {
  if (job.status !== 'succeeded') return true;
  return deps.jobs.events(job.id).some((event) => /successfully completed/i.test(event.message));
}

function ending({ job, quoteUsd }: JobRecord): Receipt {
  const receipt = { summary: `${job.id} ${job.status}.`, costUsd: quoteUsd };
  if (job.status === 'succeeded') return { ...receipt, summary: `${job.fineTunedModel ?? job.id} is ready.` };
  if (job.status === 'cancelled') throw new EndedEarly('cancelled', null, { ...receipt, costUsd: null });
  const cause = job.error ?? { code: '', message: '', param: null };
  throw new EndedEarly('failed', explainJobError(cause), { ...receipt, costUsd: null });
}

function watchDetail(job: TuningJob, latest: StepMetrics | null): WatchDetail {
  const step = latest?.step ?? null;
  return { kind: 'watch', jobId: job.id, jobStatus: job.status, step, totalSteps: latest?.totalSteps ?? null, latest };
}

function fractionOf(job: TuningJob, latest: StepMetrics | null): number | null {
  if (job.status === 'succeeded') return 1;
  return latest?.totalSteps ? Math.min(1, latest.step / latest.totalSteps) : null;
}
