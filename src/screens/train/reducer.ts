import type { CurveName } from '../../domain/training/curve.ts';

/** What was there when a job was asked for: by it the new one is told apart. */
export interface Before {
  readonly jobIds: readonly string[];
  readonly operationIds: readonly string[];
  readonly noticeId: number | null;
}

export type TrainView =
  | { readonly kind: 'jobs' }
  | { readonly kind: 'new' }
  | { readonly kind: 'upload'; readonly before: Before }
  | { readonly kind: 'job'; readonly jobId: string }
  | { readonly kind: 'compare' }
  | { readonly kind: 'files' };

export type Metric = 'loss' | 'accuracy';
export type Lower = 'events' | 'checkpoints';

/** What one is looking at on this screen; kept while one is elsewhere. */
export interface TrainState {
  readonly view: TrainView;
  /** Job selected in the list; null for the first. */
  readonly selected: string | null;
  /** Jobs to compare, in the order they were marked. */
  readonly marked: readonly string[];
  readonly metric: Metric;
  readonly log: boolean;
  readonly lower: Lower;
  readonly compared: CurveName;
}

export type TrainAction =
  | { readonly type: 'show'; readonly view: TrainView }
  | { readonly type: 'open'; readonly jobId: string }
  | { readonly type: 'select'; readonly jobId: string }
  | { readonly type: 'mark'; readonly jobId: string }
  | { readonly type: 'metric' }
  | { readonly type: 'log' }
  | { readonly type: 'lower' }
  | { readonly type: 'compared' };

/** As many as a chart has signs for. */
export const MOST_COMPARED = 5;

/** The figures that jobs are compared by, in the order of the key. */
export const COMPARED: readonly CurveName[] = ['validLoss', 'fullValidLoss', 'trainLoss', 'validTokenAccuracy'];

export const initialTrain = (view: TrainView): TrainState => ({
  view,
  selected: null,
  marked: [],
  metric: 'loss',
  log: false,
  lower: 'events',
  compared: 'validLoss',
});

function toggled(marked: readonly string[], jobId: string): readonly string[] {
  if (marked.includes(jobId)) return marked.filter((id) => id !== jobId);
  return marked.length >= MOST_COMPARED ? marked : [...marked, jobId];
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
      return { ...state, marked: toggled(state.marked, action.jobId), selected: action.jobId };
    case 'metric':
      return { ...state, metric: state.metric === 'loss' ? 'accuracy' : 'loss' };
    case 'log':
      return { ...state, log: !state.log };
    case 'lower':
      return { ...state, lower: state.lower === 'events' ? 'checkpoints' : 'events' };
    case 'compared':
      return { ...state, compared: COMPARED[(COMPARED.indexOf(state.compared) + 1) % COMPARED.length] ?? 'validLoss' };
  }
}
