import type { JobEvent, JobRecord, StepMetrics, TuningJob } from '../../domain/training/types.ts';
import { TERMINAL_STATUSES } from '../../domain/training/types.ts';
import type { CallOptions, JobService, JobStore } from '../ports.ts';

/** What one look at a job found. */
export interface Look {
  readonly record: JobRecord;
  readonly events: readonly JobEvent[];
  readonly changed: boolean;
  readonly ended: boolean;
}

export function newest(events: readonly JobEvent[], before: StepMetrics | null): StepMetrics | null {
  return events.reduce<StepMetrics | null>((latest, event) => event.metrics ?? latest, before);
}

/** Ids of the job's events that are stored. */
export function knownEvents(jobs: JobStore, jobId: string): Set<string> {
  return new Set(jobs.events(jobId).map((event) => event.id));
}

const sameState = (a: TuningJob, b: TuningJob): boolean =>
  a.status === b.status && a.fineTunedModel === b.fineTunedModel && a.estimatedFinish === b.estimatedFinish;

/**
 * Asks for the job first and its events after, so that when the job says it has ended, the events read are those up to
 * the end. Stores what is new before it is told; `known` grows only by what is stored, so a failure anywhere loses and
 * repeats nothing.
 */
export async function look(
  service: JobService,
  store: JobStore,
  record: JobRecord,
  known: Set<string>,
  options: CallOptions,
): Promise<Look> {
  const job = await service.retrieve(record.job.id, options);
  const found = await service.events(job.id, known, options);
  const events = found.filter((event) => !known.has(event.id));
  const ended = TERMINAL_STATUSES.has(job.status);
  if (ended || events.some((event) => /checkpoint/i.test(event.message))) {
    store.saveCheckpoints(job.id, await service.checkpoints(job.id, options));
  }
  store.addEvents(job.id, events);
  for (const event of events) known.add(event.id);
  const changed = !sameState(job, record.job) || events.length > 0;
  const next = { ...record, job };
  if (changed) store.save(next);
  return { record: next, events, changed, ended };
}
