import { ApiError, jobNotFound } from '../http/error.ts';
import type { NewEvent } from '../storage/events.ts';
import { jobId, nowSeconds, randomName } from '../storage/ids.ts';
import type { JobPatch, JobRow, NewJob } from '../storage/jobs.ts';
import type { Store } from '../storage/store.ts';
import { UNOWNED } from './work.ts';

export type JobRequest = Omit<NewJob, 'id' | 'created_at' | 'tag'>;

const ACTIVE: readonly JobRow['status'][] = ['validating_files', 'queued', 'running'];

const UNREPORTED: NewEvent = {
  level: 'warn',
  once: 'unreported',
  message:
    'This engine reports to no integration by itself: the wish is kept, and `luthier wandb sync` reports the job.',
};

/** Puts a new job and its first events in the store. */
export function createJob(store: Store, request: JobRequest): JobRow {
  const id = jobId();
  const { training_file: training, validation_file: validation } = request;
  const files = `training file: ${training}${validation === null ? '' : ` and validation file: ${validation}`}`;
  return store.transaction(() => {
    store.jobs.insert({ ...request, id, created_at: nowSeconds(), tag: randomName(8) });
    store.events.append(id, [
      { message: `Created fine-tuning job: ${id}`, once: 'created' },
      { message: `Validating ${files}`, once: 'validating' },
      ...(request.integrations === null || request.integrations.length === 0 ? [] : [UNREPORTED]),
    ]);
    return requireJob(store, id);
  });
}

export const cancelJob = (store: Store, id: string): JobRow =>
  changeJob(store, id, [...ACTIVE, 'paused'], 'cancelled', 'The job has been cancelled', () => ({
    status: 'cancelled',
    finished_at: nowSeconds(),
    ...UNOWNED,
  }));

export const pauseJob = (store: Store, id: string): JobRow =>
  changeJob(store, id, ACTIVE, 'paused', 'The job has been paused', () => ({ status: 'paused', ...UNOWNED }));

/** A job that was paused before its files were validated has that still to come. */
export const resumeJob = (store: Store, id: string): JobRow =>
  changeJob(store, id, ['paused'], 'resumed', 'The job has been resumed', (job) => ({
    status: job.examples === null ? 'validating_files' : 'queued',
  }));

/** Changes a job that is in one of the states it can be changed from; refuses with a 400 otherwise. */
function changeJob(
  store: Store,
  id: string,
  from: readonly JobRow['status'][],
  done: string,
  message: string,
  patch: (job: JobRow) => JobPatch,
): JobRow {
  return store.transaction(() => {
    const job = requireJob(store, id);
    if (!from.includes(job.status)) {
      throw new ApiError(400, `Job ${id} is ${job.status} and cannot be ${done}.`, {
        param: 'fine_tune_id',
        code: 'invalid_job_state',
      });
    }
    store.jobs.update(id, patch(job));
    store.events.append(id, [{ message }]);
    return requireJob(store, id);
  });
}

export function requireJob(store: Store, id: string): JobRow {
  const job = store.jobs.get(id);
  if (job === null) throw jobNotFound(id.slice(0, 80));
  return job;
}
