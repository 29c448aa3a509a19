import { join } from 'node:path';
import type { Claim, Claims } from '../storage/claims.ts';
import { nowSeconds } from '../storage/ids.ts';
import type { JobRow, WireJobError } from '../storage/job-row.ts';
import type { Store } from '../storage/store.ts';
import type { TrainerMessage, TrainerTask } from './protocol.ts';

/** A task for a trainer thread, and what becomes of what the thread says. */
export interface Work {
  readonly task: TrainerTask;
  /** False when this engine no longer owns the job, so that the thread should be stopped. */
  hear(message: TrainerMessage): boolean;
}

/** Fields of a job that nobody works on any more. */
export const UNOWNED = { owner: null, owner_pid: null, heartbeat_at: null, estimated_finish: null } as const;

/** Ends a job with an error, which is also its last event. */
export function failJob(store: Store, claims: Claims, jobId: string, error: WireJobError): boolean {
  return claims.write(jobId, () => {
    store.jobs.update(jobId, { status: 'failed', error, finished_at: nowSeconds(), ...UNOWNED });
    store.events.append(jobId, [{ message: error.message, level: 'error' }]);
  });
}

/** Where the job's files are; a deleted one has no path that exists, which the thread reports. */
export function taskFiles(store: Store, job: JobRow): TrainerTask['files'] {
  const path = (id: string): string => join(store.folders.files, store.files.get(id)?.blob ?? 'deleted');
  return {
    training: path(job.training_file),
    validation: job.validation_file === null ? null : path(job.validation_file),
  };
}

/** Checks the files of a new job, and moves it to the queue. */
export function validateWork(store: Store, claims: Claims, { job }: Claim): Work {
  return {
    task: { kind: 'validate', files: taskFiles(store, job) },
    hear(message) {
      switch (message.kind) {
        case 'validated':
          return claims.write(job.id, () => {
            store.jobs.update(job.id, { status: 'queued', examples: message.examples, adoptions: 0, ...UNOWNED });
            store.events.append(job.id, [
              { message: 'Files validated, moving job to queued state', once: 'validated' },
            ]);
          });
        case 'invalid':
          return failJob(store, claims, job.id, message.error);
        case 'failed':
          return failJob(store, claims, job.id, { code: 'server_error', message: message.message, param: null });
        case 'steps':
        case 'epoch':
        case 'trained':
          return true;
      }
    },
  };
}
