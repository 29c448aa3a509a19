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
  const known = operations.filter(({ id }) => before.operationIds.includes(id));
  const operation = operations.find(
    ({ id, projectId: of, detail }) =>
      of === projectId &&
      !before.operationIds.includes(id) &&
      (detail.kind === 'upload' || (detail.kind === 'watch' && !before.jobIds.includes(detail.jobId))),
  );
  const own = operation?.detail.kind === 'watch' ? operation.detail.jobId : null;
  // A start of before, still under way, brings a new job as well: until that one is told from ours, none is taken.
  const unclear = known.some(({ detail, endedAt }) => detail.kind === 'upload' && endedAt === null);
  const theirs = known.flatMap(({ detail }) => (detail.kind === 'watch' ? [detail.jobId] : []));
  const job = jobs.find(({ job: { id } }) =>
    own === null ? !unclear && !before.jobIds.includes(id) && !theirs.includes(id) : id === own,
  );
  if (job !== undefined) return { kind: 'job', jobId: job.job.id };
  if (operation?.detail.kind === 'upload') {
    if (operation.endedAt !== null) return { kind: 'ended', operation };
    return { kind: 'sending', operation, upload: operation.detail };
  }
  return problemId !== null && problemId !== before.noticeId ? { kind: 'refused' } : { kind: 'preparing' };
}
