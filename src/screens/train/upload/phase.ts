import type { JobRecord } from '../../../domain/training/types.ts';
import type { OperationSnapshot, UploadDetail } from '../../../operations/channel/types.ts';
import type { Before } from '../reducer.ts';

export type UploadPhase =
  /** The rows are put together; nothing is sent yet. */
  | { readonly kind: 'preparing' }
  | { readonly kind: 'sending'; readonly operation: OperationSnapshot; readonly upload: UploadDetail }
  /** It ended without a job. */
  | { readonly kind: 'ended'; readonly operation: OperationSnapshot }
  /** It never began; the notice says why. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'job'; readonly jobId: string };

export interface UploadFacts {
  readonly before: Before;
  readonly projectId: string;
  readonly jobs: readonly JobRecord[];
  /** Newest first, of all projects. */
  readonly operations: readonly OperationSnapshot[];
  /** Id of a notice that tells a problem; null when none does. */
  readonly problemId: number | null;
}

/** How far the start of a job has come, by what is there now and was not before. */
export function uploadPhase({ before, projectId, jobs, operations, problemId }: UploadFacts): UploadPhase {
  const job = jobs.find((record) => !before.jobIds.includes(record.job.id));
  if (job !== undefined) return { kind: 'job', jobId: job.job.id };
  const operation = operations.find(
    (one) => one.projectId === projectId && !before.operationIds.includes(one.id) && one.detail.kind === 'upload',
  );
  if (operation?.detail.kind === 'upload') {
    if (operation.endedAt !== null) return { kind: 'ended', operation };
    return { kind: 'sending', operation, upload: operation.detail };
  }
  return problemId !== null && problemId !== before.noticeId ? { kind: 'refused' } : { kind: 'preparing' };
}
