import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Problem } from '../../domain/common/outcome.ts';
import type { RowCounts } from '../../domain/dataset/types.ts';
import type { DeploymentRecord } from '../../domain/deployment/types.ts';
import { type SpendingTotal, sumSpending } from '../../domain/pricing/spending.ts';
import type { TerminalChoices } from '../../domain/project/settings.ts';
import type { Project, ScreenId } from '../../domain/project/types.ts';
import type { ModelInfo, ProviderProfile } from '../../domain/provider/provider.ts';
import type { Template } from '../../domain/template/types.ts';
import { type JobRecord, TERMINAL_STATUSES } from '../../domain/training/types.ts';
import type { OperationKind, OperationProgress, OperationSnapshot } from '../runtime/operation.ts';
import type { WaitingFor } from '../runtime/ports.ts';

export interface ProjectSummary {
  readonly id: string;
  readonly name: string;
  readonly updatedAt: number;
}

/** A line for the person: what just happened. Problems stay until dismissed, notes fade on the next key. */
export type Notice =
  | { readonly id: number; readonly kind: 'note'; readonly text: string }
  | { readonly id: number; readonly kind: 'problem'; readonly problem: Problem };

/** Models of the current provider, as far as they are known. */
export type ModelList =
  | { readonly status: 'loading'; readonly models: readonly ModelInfo[] }
  | { readonly status: 'ready'; readonly models: readonly ModelInfo[] }
  | { readonly status: 'failed'; readonly models: readonly ModelInfo[]; readonly problem: Problem };

/** Two templates of one project: theirs is on disk, ours in this window alone. */
export interface TemplateConflict {
  readonly projectId: string;
  readonly name: string;
  readonly mine: Template;
  readonly theirs: Template;
}

/** Everything more than one screen looks at. Screens keep what only they look at. */
export interface AppState {
  readonly screen: ScreenId;
  readonly project: Project;
  readonly projects: readonly ProjectSummary[];
  readonly profiles: readonly ProviderProfile[];
  readonly models: ModelList;
  /** Newest first; of all projects. */
  readonly operations: readonly OperationSnapshot[];
  /** Rows of the current project, all of them. */
  readonly counts: RowCounts;
  /** Jobs of the current project, newest first. */
  readonly jobs: readonly JobRecord[];
  /** Those that commands of this machine started, newest first; they are of no project. */
  readonly commandJobs: readonly JobRecord[];
  /** Deployments of which something may be there, of all projects, newest first. */
  readonly deployments: readonly DeploymentRecord[];
  /** Why deployments could not be looked at the last time, by their keys: those are as they were last seen. */
  readonly unseen: ReadonlyMap<string, string>;
  /** What the current project has spent, ever. */
  readonly spending: readonly SpendingTotal[];
  /** A template that another window saved while it was changed here; null when none was. */
  readonly templateConflict: TemplateConflict | null;
  /** Whether another window or command has the data folder open. */
  readonly openElsewhere: boolean;
  readonly notice: Notice | null;
  /** The place that calls wait for longest; null while nothing keeps them waiting. */
  readonly waiting: WaitingFor | null;
  readonly terminal: TerminalChoices;
  /** The row another screen opened in Dataset; null when none did. */
  readonly openRowId: string | null;
}

export type AppStore = StoreApi<AppState>;

/** The one store. Only the workbench writes to it; operations reach it throttled, at most every 200 ms. */
export function createAppStore(initial: AppState): AppStore {
  return createStore<AppState>(() => initial);
}

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
): operation is OperationSnapshot<Extract<OperationProgress, { kind: K }>> => operation.detail.kind === kind;

/** The newest operation of this kind in the current project, ended or not; null when there was none. */
export function latestOperation<K extends OperationKind>(
  state: AppState,
  kind: K,
): OperationSnapshot<Extract<OperationProgress, { kind: K }>> | null {
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

/** US$ spent in the current project, on whatever was removed since too; null when a price is unknown. */
export function spentUsd({ spending }: AppState): number | null {
  const { usd, unpriced } = sumSpending(spending);
  return unpriced > 0 ? null : usd;
}
