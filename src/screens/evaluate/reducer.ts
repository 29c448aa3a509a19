import type { PlanDraft } from './plan/draft.ts';
import { ALL_ITEMS, type ItemFilter } from './results/item-filter.ts';

export type MetricsTab = 'summary' | 'confusion' | 'classes' | 'slices';

export type EvaluateView =
  | { readonly kind: 'list' }
  | { readonly kind: 'plan' }
  | { readonly kind: 'answers'; readonly id: string }
  | { readonly kind: 'figures'; readonly id: string; readonly figure: MetricsTab }
  | { readonly kind: 'blind'; readonly id: string };

/** What one is looking at on this screen; kept while one is elsewhere. */
export interface EvaluateState {
  readonly view: EvaluateView;
  /** Evaluation selected in the list; null for the newest. */
  readonly listed: string | null;
  /** What is being planned; null before the form was opened. */
  readonly draft: PlanDraft | null;
  /** Field selected in the form of the plan; null for the first. */
  readonly field: string | null;
  readonly filter: ItemFilter;
  /** Index in the filtered items. */
  readonly selected: number;
  readonly pane: 'table' | 'detail';
  /** The whole row fills the screen, where both panes would have room. */
  readonly whole: boolean;
  /** The first model whose answers are shown, of those that fit. */
  readonly firstModel: number;
  /** The model whose figures are shown; null for the last of the plan, which is rarely the baseline. */
  readonly model: number | null;
}

export type EvaluateAction =
  | { readonly type: 'show'; readonly view: EvaluateView }
  | { readonly type: 'open'; readonly id: string }
  | { readonly type: 'listed'; readonly id: string }
  | { readonly type: 'draft'; readonly draft: PlanDraft }
  | { readonly type: 'field'; readonly id: string }
  | { readonly type: 'filter'; readonly filter: ItemFilter }
  | { readonly type: 'rows'; readonly id: string; readonly filter: ItemFilter }
  | { readonly type: 'select'; readonly index: number }
  | { readonly type: 'pane'; readonly pane: EvaluateState['pane'] }
  | { readonly type: 'whole' }
  | { readonly type: 'first-model'; readonly index: number }
  | { readonly type: 'model'; readonly index: number }
  | { readonly type: 'back' };

export const initialEvaluateState = (view: EvaluateView): EvaluateState => ({
  view,
  listed: null,
  draft: null,
  field: null,
  filter: ALL_ITEMS,
  selected: 0,
  pane: 'table',
  whole: false,
  firstModel: 0,
  model: null,
});

const FIRST_ROW = { selected: 0, pane: 'table', whole: false } as const;

/** Esc: one level. From the answers: the whole row, then the filter, then the list. */
function back(state: EvaluateState): EvaluateState {
  const { view } = state;
  switch (view.kind) {
    case 'list':
    case 'plan':
      return { ...state, view: { kind: 'list' } };
    case 'figures':
    case 'blind':
      return { ...state, view: { kind: 'answers', id: view.id } };
    case 'answers':
      if (state.whole || state.pane === 'detail') return { ...state, pane: 'table', whole: false };
      return state.filter.kind === 'all'
        ? { ...state, view: { kind: 'list' } }
        : { ...state, ...FIRST_ROW, filter: ALL_ITEMS };
  }
}

export function evaluateReducer(state: EvaluateState, action: EvaluateAction): EvaluateState {
  switch (action.type) {
    case 'show':
      return { ...state, view: action.view };
    case 'open':
      return {
        ...state,
        ...FIRST_ROW,
        listed: action.id,
        filter: ALL_ITEMS,
        firstModel: 0,
        model: null,
        view: { kind: 'answers', id: action.id },
      };
    case 'listed':
      return { ...state, listed: action.id };
    case 'draft':
      return { ...state, draft: action.draft };
    case 'field':
      return { ...state, field: action.id };
    case 'filter':
      return { ...state, ...FIRST_ROW, filter: action.filter };
    case 'rows':
      return { ...state, ...FIRST_ROW, filter: action.filter, view: { kind: 'answers', id: action.id } };
    case 'select':
      return { ...state, selected: action.index };
    case 'pane':
      return { ...state, pane: action.pane, whole: state.whole && action.pane === 'detail' };
    case 'whole':
      return { ...state, pane: 'detail', whole: true };
    case 'first-model':
      return { ...state, firstModel: Math.max(0, action.index) };
    case 'model':
      return { ...state, model: Math.max(0, action.index) };
    case 'back':
      return back(state);
  }
}
