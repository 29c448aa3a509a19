import { TERMINAL_STATUSES } from '../domain/training/types.ts';
import type { OperationDetail, OperationKind, OperationSnapshot } from '../operations/channel/types.ts';
import type { AppState } from './types.ts';

type Operations = AppState['operations'];

/** Remembers the answer for each list, so that the same state gives the same array and nothing draws for nothing. */
function remembered<T extends object>(select: (operations: Operations) => T): (state: AppState) => T {
  const known = new WeakMap<Operations, T>();
  return ({ operations }) => {
    const before = known.get(operations);
    if (before !== undefined) return before;
    const selected = select(operations);
    known.set(operations, selected);
    return selected;
  };
}

/** Operations of every project that run or are paused, newest first. */
export const liveOperations = remembered((operations) => operations.filter(({ endedAt }) => endedAt === null));

const isOfKind = <K extends OperationKind>(
  operation: OperationSnapshot,
  kind: K,
): operation is OperationSnapshot<Extract<OperationDetail, { kind: K }>> => operation.detail.kind === kind;

/** The newest operation of this kind in the current project, ended or not; null when there was none. */
export function latestOperation<K extends OperationKind>(
  state: AppState,
  kind: K,
): OperationSnapshot<Extract<OperationDetail, { kind: K }>> | null {
  for (const operation of state.operations) {
    if (operation.projectId === state.project.id && isOfKind(operation, kind)) return operation;
  }
  return null;
}

/** Jobs of the current project that have not ended. */
export function unfinishedJobs(state: AppState): number {
  return state.jobs.filter(({ job }) => !TERMINAL_STATUSES.has(job.status)).length;
}

/** Tuned models of these jobs at one provider, newest first. */
export function tunedModelsOf(jobs: AppState['jobs'], providerId: string): readonly string[] {
  const own = jobs.filter((record) => record.providerId === providerId && record.job.status === 'succeeded');
  return own.flatMap(({ job }) => (job.fineTunedModel === null ? [] : [job.fineTunedModel]));
}

/**
 * US$ spent in the current project: its rows, its evaluations' answers, and its finished jobs as they were quoted;
 * null when a price is unknown.
 */
export function spentUsd(state: AppState): number | null {
  if (state.counts.unpriced > 0 || state.evaluationCosts.unpriced > 0) return null;
  let spent = state.counts.costUsd + state.evaluationCosts.costUsd;
  for (const { job, quoteUsd } of state.jobs) {
    if (job.status !== 'succeeded') continue;
    if (quoteUsd === null) return null;
    spent += quoteUsd;
  }
  return spent;
}
