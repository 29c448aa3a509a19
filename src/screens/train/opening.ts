import { type JobRecord, TERMINAL_STATUSES } from '../../domain/training/types.ts';
import type { OperationSnapshot } from '../../operations/channel/types.ts';
import type { TrainView } from './reducer.ts';

export interface OpeningFacts {
  /** Newest first. */
  readonly jobs: readonly JobRecord[];
  /** The newest upload of this project, ended or not. */
  readonly upload: OperationSnapshot | null;
  readonly operationIds: readonly string[];
  readonly rows: number;
}

/** What this screen opens with: what runs, else what went wrong, else the jobs; the form where there are rows but no job. */
export function openingView({ jobs, upload, operationIds, rows }: OpeningFacts): TrainView {
  if (upload !== null && upload.endedAt === null) {
    const before = operationIds.filter((id) => id !== upload.id);
    return {
      kind: 'upload',
      before: { jobIds: jobs.map(({ job }) => job.id), operationIds: before, noticeId: null },
    };
  }
  const running = jobs.find(({ job }) => !TERMINAL_STATUSES.has(job.status));
  const [newest] = jobs;
  const shown = running ?? (newest?.job.status === 'failed' ? newest : undefined);
  if (shown !== undefined) return { kind: 'job', jobId: shown.job.id };
  return jobs.length === 0 && rows > 0 ? { kind: 'new' } : { kind: 'jobs' };
}
