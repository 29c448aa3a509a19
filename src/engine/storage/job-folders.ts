import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { removeBlob } from './blobs.ts';
import type { JobRow } from './jobs.ts';
import type { Store } from './store.ts';

const ENDED: ReadonlySet<JobRow['status']> = new Set(['succeeded', 'failed', 'cancelled']);

/** What a job keeps until it has ended, whoever works on it: what its training can go on from, above all. */
export const jobFolder = (store: Store, jobId: string): string => join(store.folders.jobs, jobId);

/** Removes the folders of jobs that have ended, but of those that this engine still works on. */
export async function sweepJobFolders(store: Store, busy: ReadonlySet<string>): Promise<void> {
  for (const id of readdirSync(store.folders.jobs)) {
    const job = store.jobs.get(id);
    if (busy.has(id) || (job !== null && !ENDED.has(job.status))) continue;
    await removeBlob(jobFolder(store, id));
  }
}
