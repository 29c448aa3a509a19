import type { RowCounts } from '../domain/dataset/types.ts';
import type { Project, ScreenId } from '../domain/project/types.ts';
import type { ModelInfo, ProviderProfile } from '../domain/provider/types.ts';
import type { ThemeName } from '../domain/settings/types.ts';
import type { Problem } from '../domain/text/problem.ts';
import type { JobRecord } from '../domain/training/types.ts';
import type { OperationSnapshot } from '../operations/channel/types.ts';

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
  /** Goes up whenever a row of the current project changes, so that windows read again. */
  readonly rowsVersion: number;
  /** Jobs of the current project, newest first, and a version that goes up with every new event. */
  readonly jobs: readonly JobRecord[];
  readonly jobsVersion: number;
  /** Goes up whenever an evaluation of any project, its answers or its votes changed; at most every 100 ms. */
  readonly evaluationsVersion: number;
  /** What the predictions of the current project cost. */
  readonly evaluationCosts: Pick<RowCounts, 'costUsd' | 'unpriced'>;
  /** Goes up whenever a run was written or sent, or a choice about tracking changed. */
  readonly trackingVersion: number;
  readonly notice: Notice | null;
  readonly theme: ThemeName;
  /** The row another screen asked Dataset to show; null when none did. */
  readonly openRowId: string | null;
}
