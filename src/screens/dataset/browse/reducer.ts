import type { Row, RowFilter, RowQuery, RowSortKey } from '../../../domain/dataset/types.ts';
import { plural } from '../../../domain/text/format.ts';
import { isFiltered } from './row-filter.ts';

/** What the next action is for: single rows, or a whole filter but for some of it. No list of 100,000 ids is kept. */
export type Marks =
  | { readonly kind: 'some'; readonly ids: ReadonlySet<string> }
  | { readonly kind: 'all'; readonly except: ReadonlySet<string> };

export const NO_MARKS: Marks = { kind: 'some', ids: new Set() };
const ALL_MARKS: Marks = { kind: 'all', except: new Set() };

export const isMarked = (marks: Marks, id: string): boolean =>
  marks.kind === 'some' ? marks.ids.has(id) : !marks.except.has(id);

export function toggleMark(marks: Marks, id: string): Marks {
  const before = marks.kind === 'some' ? marks.ids : marks.except;
  const after = new Set(before);
  if (!after.delete(id)) after.add(id);
  return marks.kind === 'some' ? { kind: 'some', ids: after } : { kind: 'all', except: after };
}

/** How many are marked, of `shown` rows in the filter. */
export const markedCount = (marks: Marks, shown: number): number =>
  marks.kind === 'some' ? marks.ids.size : Math.max(0, shown - marks.except.size);

/** Ids of what is marked; `every` reads those of the filter, and is called only when all are. */
export const markedIds = (marks: Marks, every: () => readonly string[]): readonly string[] =>
  marks.kind === 'some' ? [...marks.ids] : every().filter((id) => !marks.except.has(id));

/** The rows an action is for: those marked, else the one under the cursor. */
export interface Targets {
  readonly count: number;
  /** `this row`, or `12 rows`. */
  readonly words: string;
  /** Whether they are marked ones, so that the marks go when it is done. */
  readonly marked: boolean;
  /** Reads them; for a whole filter that takes its time. */
  ids(): readonly string[];
}

export function targetsOf(marks: Marks, shown: number, current: Row | null, every: () => readonly string[]): Targets {
  const marked = markedCount(marks, shown);
  if (marked === 0) {
    const ids = current === null ? [] : [current.id];
    return { count: ids.length, words: 'this row', marked: false, ids: () => ids };
  }
  const words = plural(marked, 'row');
  return { count: marked, words, marked: true, ids: () => markedIds(marks, every) };
}

export type Sort = RowQuery['sort'];

/** What lies over the rows and asks something. */
export type BrowseDialogKind = 'filter' | 'remove' | 'regenerate' | 'export';

export interface BrowseState {
  readonly filter: RowFilter;
  readonly sort: Sort;
  /** Where the cursor was put, and the row it was put on: rows may come and go above it. */
  readonly selected: number;
  readonly anchor: string | null;
  readonly marks: Marks;
  readonly pane: 'rows' | 'detail';
  /** The whole row fills the screen, where both panes would have room. */
  readonly whole: boolean;
  readonly searching: boolean;
  /** The row whose answer is being edited. */
  readonly editing: Row | null;
  readonly view: 'rows' | 'check' | 'balance' | 'coverage' | 'duplicates' | 'import' | 'split';
  readonly question: BrowseDialogKind | null;
}

export type BrowseAction =
  | { readonly type: 'select'; readonly index: number; readonly id: string | null }
  | { readonly type: 'filter'; readonly filter: RowFilter }
  | { readonly type: 'next-sort' }
  | { readonly type: 'reverse' }
  | { readonly type: 'mark'; readonly id: string }
  | { readonly type: 'mark-all'; readonly shown: number }
  | { readonly type: 'pane'; readonly pane: 'rows' | 'detail' }
  | { readonly type: 'whole' }
  | { readonly type: 'search'; readonly on: boolean }
  | { readonly type: 'edit'; readonly row: Row | null }
  | { readonly type: 'view'; readonly view: BrowseState['view'] }
  | { readonly type: 'ask'; readonly question: BrowseDialogKind | null }
  | { readonly type: 'unmark' }
  | { readonly type: 'reveal'; readonly index: number; readonly id: string }
  | { readonly type: 'back' };

const BY_CREATION: Sort = { key: 'created', descending: false };
export const SORT_KEYS = [
  'created',
  'cell',
  'tokens',
  'status',
  'rating',
  'length',
] as const satisfies readonly RowSortKey[];

export const initialBrowseState: BrowseState = {
  filter: {},
  sort: BY_CREATION,
  selected: 0,
  anchor: null,
  marks: NO_MARKS,
  pane: 'rows',
  whole: false,
  searching: false,
  editing: null,
  view: 'rows',
  question: null,
};

const AT_TOP = { selected: 0, anchor: null } as const;

/** Marks on single rows outlive another filter; "all of the filter" means that filter only. */
const marksAfterFilter = (marks: Marks): Marks => (marks.kind === 'all' ? NO_MARKS : marks);

/** What Esc would do here; null when it should leave the screen. */
export function backStep(state: BrowseState): 'pane' | 'marks' | 'filter' | null {
  if (state.whole || state.pane === 'detail') return 'pane';
  if (state.marks.kind === 'all' || markedCount(state.marks, 0) > 0) return 'marks';
  return isFiltered(state.filter) ? 'filter' : null;
}

function back(state: BrowseState): BrowseState {
  switch (backStep(state)) {
    case 'pane':
      return { ...state, pane: 'rows', whole: false };
    case 'marks':
      return { ...state, marks: NO_MARKS };
    case 'filter':
      return { ...state, ...AT_TOP, filter: {} };
    case null:
      return state;
  }
}

export function browseReducer(state: BrowseState, action: BrowseAction): BrowseState {
  switch (action.type) {
    case 'select':
      return { ...state, selected: action.index, anchor: action.id };
    case 'filter':
      return { ...state, ...AT_TOP, filter: action.filter, marks: marksAfterFilter(state.marks) };
    case 'next-sort': {
      const key = SORT_KEYS[(SORT_KEYS.indexOf(state.sort.key) + 1) % SORT_KEYS.length] ?? 'created';
      return { ...state, ...AT_TOP, sort: { key, descending: false } };
    }
    case 'reverse':
      return { ...state, ...AT_TOP, sort: { ...state.sort, descending: !state.sort.descending } };
    case 'mark':
      return { ...state, marks: toggleMark(state.marks, action.id) };
    case 'mark-all': {
      const none = state.marks.kind === 'some' && state.marks.ids.size === 0 && action.shown > 0;
      return { ...state, marks: none ? ALL_MARKS : NO_MARKS };
    }
    case 'pane':
      return { ...state, pane: action.pane, whole: state.whole && action.pane === 'detail' };
    case 'whole':
      return { ...state, pane: 'detail', whole: true };
    case 'search':
      return { ...state, searching: action.on, pane: 'rows', whole: false };
    case 'edit':
      return { ...state, editing: action.row };
    case 'view':
      return { ...state, view: action.view };
    case 'ask':
      return { ...state, question: action.question };
    case 'unmark':
      return { ...state, marks: NO_MARKS };
    case 'reveal':
      return {
        ...state,
        filter: {},
        sort: BY_CREATION,
        selected: action.index,
        anchor: action.id,
        marks: marksAfterFilter(state.marks),
        view: 'rows',
        pane: 'rows',
        whole: false,
        searching: false,
      };
    case 'back':
      return back(state);
  }
}
