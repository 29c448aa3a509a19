import type { OperationSnapshot } from '../../app/runtime/operation.ts';
import type { Sweep } from '../../domain/bakeoff/grid.ts';
import type { BakeoffTarget } from '../../domain/bakeoff/target-settings.ts';
import type { CurveName } from '../../domain/training/metrics.ts';
import { type JobRecord, TERMINAL_STATUSES } from '../../domain/training/types.ts';

/** What was there when a job was started: the new one is what was not. */
export interface StateBeforeStart {
  readonly jobIds: readonly string[];
  readonly operationIds: readonly string[];
  readonly noticeId: number | null;
}

type TrainView =
  | { readonly kind: 'jobs' }
  | { readonly kind: 'new' }
  | { readonly kind: 'upload'; readonly before: StateBeforeStart }
  | { readonly kind: 'job'; readonly jobId: string }
  | { readonly kind: 'compare' }
  | { readonly kind: 'files' }
  | { readonly kind: 'bakeoff-plan' }
  | { readonly kind: 'bakeoff' | 'bakeoff-comparison'; readonly id: string };

/** A bake-off as it is being chosen. */
export interface BakeoffDraft extends Sweep {
  /** Before the sweep makes more of them. */
  readonly targets: readonly BakeoffTarget[];
  /** As a share; null for none. */
  readonly margin: number | null;
  /** US$; null for none. */
  readonly capUsd: number | null;
  /** Whether targets whose loss on held-out rows is clearly behind are cancelled. */
  readonly stopBehind: boolean;
}

export type Metric = 'loss' | 'accuracy';
export type LowerPane = 'events' | 'checkpoints';

/** What one is looking at on this screen; kept while one is elsewhere. */
export interface TrainState {
  readonly view: TrainView;
  /** Job selected in the list; null for the first. */
  readonly selected: string | null;
  /** Jobs to compare, in the order they were marked. */
  readonly marked: readonly string[];
  readonly metric: Metric;
  readonly log: boolean;
  readonly lower: LowerPane;
  readonly compared: (typeof COMPARED_CURVES)[number];
  /** Job selected among those compared; null for the first. */
  readonly selectedCompared: string | null;
  /** Field selected in the form of a new job; null for the first. */
  readonly field: string | null;
  readonly draft: BakeoffDraft;
}

export type TrainAction =
  | { readonly type: 'show'; readonly view: TrainView }
  | { readonly type: 'open'; readonly jobId: string }
  | { readonly type: 'select'; readonly jobId: string }
  | { readonly type: 'mark'; readonly jobId: string }
  | { readonly type: 'metric' }
  | { readonly type: 'log' }
  | { readonly type: 'lower' }
  | { readonly type: 'compared' }
  | { readonly type: 'select-compared'; readonly jobId: string }
  | { readonly type: 'field'; readonly id: string }
  | { readonly type: 'draft'; readonly change: Partial<BakeoffDraft> };

/** As many as a chart has signs for. */
export const MAX_COMPARED = 5;

/** The figures that jobs are compared by, in the order of the key. */
export const COMPARED_CURVES = [
  'validLoss',
  'fullValidLoss',
  'trainLoss',
  'validTokenAccuracy',
] as const satisfies readonly CurveName[];

export const initialTrainState = (view: TrainView): TrainState => ({
  view,
  selected: null,
  marked: [],
  metric: 'loss',
  log: false,
  lower: 'events',
  compared: 'validLoss',
  selectedCompared: null,
  field: null,
  draft: { targets: [], grid: [], shares: [], margin: null, capUsd: null, stopBehind: false },
});

function toggleMarked(marked: readonly string[], jobId: string): readonly string[] {
  if (marked.includes(jobId)) return marked.filter((id) => id !== jobId);
  return marked.length >= MAX_COMPARED ? marked : [...marked, jobId];
}

export function trainReducer(state: TrainState, action: TrainAction): TrainState {
  switch (action.type) {
    case 'show':
      return { ...state, view: action.view };
    case 'open':
      return { ...state, view: { kind: 'job', jobId: action.jobId }, selected: action.jobId, lower: 'events' };
    case 'select':
      return { ...state, selected: action.jobId };
    case 'mark':
      return { ...state, marked: toggleMarked(state.marked, action.jobId), selected: action.jobId };
    case 'metric':
      return { ...state, metric: state.metric === 'loss' ? 'accuracy' : 'loss' };
    case 'log':
      return { ...state, log: !state.log };
    case 'field':
      return { ...state, field: action.id };
    case 'draft':
      return { ...state, draft: { ...state.draft, ...action.change } };
    case 'select-compared':
      return { ...state, selectedCompared: action.jobId };
    case 'lower':
      return { ...state, lower: state.lower === 'events' ? 'checkpoints' : 'events' };
    case 'compared':
      return {
        ...state,
        compared:
          COMPARED_CURVES[(COMPARED_CURVES.indexOf(state.compared) + 1) % COMPARED_CURVES.length] ?? 'validLoss',
      };
  }
}

export interface InitialViewFacts {
  /** Newest first. */
  readonly jobs: readonly JobRecord[];
  /** The newest upload of this project, ended or not. */
  readonly upload: OperationSnapshot | null;
  readonly operationIds: readonly string[];
  readonly rows: number;
}

/** What this screen opens with: what runs, else what went wrong, else the jobs; the form where there are rows but no job. */
export function initialView({ jobs, upload, operationIds, rows }: InitialViewFacts): TrainView {
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
