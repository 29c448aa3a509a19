import { type Dispatch, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import type { RowActions } from '../../../app/dataset/rows.ts';
import type { SearchState } from '../../../app/dataset/search.ts';
import { useAppState, useRead, useWorkbench } from '../../../app/react.tsx';
import { pagedRows } from '../../../components/lists/table.tsx';
import type { Row, RowFilter, RowQuery } from '../../../domain/dataset/types.ts';
import type { BrowseAction, BrowseState } from './reducer.ts';

type ReadRows = (query: RowQuery) => readonly Row[];

const PAGE = 256;

/**
 * Where a row stands among all rows in the order they were made; null when it does not. Looks at about log2(count) rows
 * and those of the same millisecond, never at all of them.
 */
export function indexOfRow(window: ReadRows, count: number, row: Row): number | null {
  const sort = { key: 'created', descending: false } as const;
  const read = (offset: number, limit: number) => window({ filter: {}, sort, offset, limit });
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((read(middle, 1)[0]?.createdAt ?? Number.POSITIVE_INFINITY) < row.createdAt) low = middle + 1;
    else high = middle;
  }
  for (let offset = low; offset < count; offset += PAGE) {
    const rows = read(offset, PAGE);
    const at = rows.findIndex(({ id }) => id === row.id);
    if (at >= 0) return offset + at;
    if (rows.length < PAGE || rows.some(({ createdAt }) => createdAt > row.createdAt)) return null;
  }
  return null;
}

const SEARCH_RADIUS = 64;

/**
 * The index at which the cursor is drawn: where it was put, or, when another row stands there now, where the row it was
 * put on has moved to nearby.
 */
export function cursorAt(
  rowAt: (index: number) => Pick<Row, 'id'> | null,
  count: number,
  selected: number,
  anchor: string | null,
): number {
  const at = Math.max(0, Math.min(selected, count - 1));
  if (anchor === null || count === 0 || rowAt(at)?.id === anchor) return at;
  for (let by = 1; by <= SEARCH_RADIUS; by++) {
    for (const near of [at - by, at + by]) {
      if (near >= 0 && near < count && rowAt(near)?.id === anchor) return near;
    }
  }
  return at;
}

/** From this many rows on, what has to read them all waits for a pause. */
const MANY_ROWS = 5_000;
const COUNT_INTERVAL_MS = 1_000;

/** Rows in an order, of which only those in sight are read. */
interface RowList {
  readonly count: number;
  readonly rowAt: (index: number) => Row | null;
  /** Every id, in the order of creation or that of the search, to do something to them all. */
  readonly ids: () => readonly string[];
}

export interface ShownRows extends RowList {
  /** Rows of the project. */
  readonly total: number;
  /** Some rows are on a side of a split. */
  readonly assigned: boolean;
  /** Index of the cursor, and the row under it; null when there is none. */
  readonly selected: number;
  readonly current: Row | null;
  /** Rows found so far, while the rows in sight are still those of before the search; null else. */
  readonly hitsSoFar: number | null;
}

const SIDES = ['train', 'validation'] as const;
const ONE = { sort: { key: 'created', descending: false }, offset: 0, limit: 1 } as const;

const isAssigned = (rows: RowActions): boolean =>
  SIDES.some((split) => rows.window({ ...ONE, filter: { split } }).length > 0);

const NO_LIST: RowList = { count: 0, rowAt: () => null, ids: () => [] };

/** The state of a search for the text of the filter, looked for again as rows change; null without a text. */
function useSearch(filter: RowFilter, sort: RowQuery['sort']): SearchState | null {
  const { search, navigation } = useWorkbench();
  const [answer, setAnswer] = useState<{ readonly to: object; readonly state: SearchState } | null>(null);
  const query = useMemo(() => (filter.text === undefined ? null : { filter, sort }), [filter, sort]);
  useEffect(() => {
    if (query === null) return;
    return search.watch(query, (state) => {
      setAnswer({ to: query, state });
      if (state.problem !== null) navigation.problem(state.problem);
    });
  }, [search, navigation, query]);
  if (query === null) return null;
  return answer?.to === query ? answer.state : { found: null, hits: 0, problem: null };
}

/** What a search found, else what was in sight before it. */
function useRowList(filter: RowFilter, sort: RowQuery['sort'], many: boolean) {
  const { rows } = useWorkbench();
  const state = useSearch(filter, sort);
  const found = state?.found ?? null;
  const before = useRef(NO_LIST);
  // Counting a slot value or a side reads every row; while a run adds ten a second that would leave no time for keys.
  const reads = filter.slot !== undefined || filter.split !== undefined;
  const read = useRead(
    ['rows'],
    (): RowList | null => {
      if (filter.text !== undefined) return null;
      return {
        count: rows.count(filter),
        rowAt: pagedRows((offset, limit) => rows.window({ filter, sort, offset, limit })),
        ids: () => rows.ids(filter),
      };
    },
    [rows, filter, sort],
    { everyMs: many && reads ? COUNT_INTERVAL_MS : 0 },
  );
  // What is found is read anew whenever rows change; which rows they are is looked for again a little later.
  const searched = useRead(
    ['rows'],
    (): RowList | null =>
      found && { count: found.total, rowAt: pagedRows((offset, limit) => found.window(offset, limit)), ids: found.ids },
    [found],
  );
  const now = read ?? searched;
  useEffect(() => {
    if (now !== null) before.current = now;
  }, [now]);
  const isOnItsWay = state !== null && state.found === null && state.problem === null;
  return { list: now ?? before.current, hitsSoFar: isOnItsWay ? state.hits : null };
}

/** The rows of the filter in their order, read in windows and read again when any of them has changed. */
export function useShownRows({ filter, sort, selected, anchor }: BrowseState): ShownRows {
  const { rows } = useWorkbench();
  const total = useAppState((state) => state.counts.total);
  const many = total > MANY_ROWS;
  const { list, hitsSoFar } = useRowList(filter, sort, many);
  const assigned = useRead(['rows'], () => isAssigned(rows), [rows], { everyMs: many ? COUNT_INTERVAL_MS : 0 });
  const { count, rowAt } = list;
  const at = useMemo(() => cursorAt(rowAt, count, selected, anchor), [rowAt, count, selected, anchor]);
  return { ...list, total, assigned, selected: at, current: count === 0 ? null : rowAt(at), hitsSoFar };
}

/** Puts the cursor on a row wherever it is; filter and sort give way, so that it is in sight. */
export function useReveal(dispatch: Dispatch<BrowseAction>): (row: Row) => void {
  const { rows, navigation } = useWorkbench();
  return (row) => {
    const index = indexOfRow(rows.window, rows.count({}), row);
    if (index === null) navigation.note('That row is gone.');
    else dispatch({ type: 'reveal', index, id: row.id });
  };
}

/** Follows `AppState.openRowId`: another screen asks to see a row. */
export function useOpenRow(reveal: (row: Row) => void): void {
  const { rows } = useWorkbench();
  const wanted = useAppState((state) => state.openRowId);
  // An event of the effect: only another wish is a reason to move the cursor.
  const show = useEffectEvent((id: string) => {
    const row = rows.get(id);
    if (row !== null) reveal(row);
  });
  useEffect(() => {
    if (wanted !== null) show(wanted);
  }, [wanted]);
}
