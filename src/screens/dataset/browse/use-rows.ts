import { useMemo } from 'react';
import { usePagedRows } from '../../../components/list/index.ts';
import type { Row } from '../../../domain/dataset/types.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import type { RowActions } from '../../../state/workbench/types.ts';
import { useThrottled } from './lagging.ts';
import { cursorAt } from './locate.ts';
import type { BrowseState } from './reducer.ts';

/** From this many rows on, what has to read them all waits for a pause. */
const MANY = 5_000;
const PAUSE_MS = 1_000;

export interface ShownRows {
  /** Rows of the filter. */
  readonly count: number;
  /** Rows of the project. */
  readonly total: number;
  /** Some rows are on a side of a split. */
  readonly assigned: boolean;
  readonly rowAt: (index: number) => Row | null;
  /** Index of the cursor, and the row under it; null when there is none. */
  readonly selected: number;
  readonly current: Row | null;
}

const SIDES = ['train', 'validation'] as const;
const ONE = { sort: { key: 'created', descending: false }, offset: 0, limit: 1 } as const;

const isAssigned = (rows: RowActions): boolean =>
  SIDES.some((split) => rows.window({ ...ONE, filter: { split } }).length > 0);

/** The rows of the filter in their order, read in windows and read again when any of them has changed. */
export function useShownRows({ filter, sort, selected, anchor, touched }: BrowseState): ShownRows {
  const { rows } = useWorkbench();
  const project = useAppState((state) => state.project.id);
  const total = useAppState((state) => state.counts.total);
  const newest = useAppState((state) => state.rowsVersion);
  // Counting a text or a slot value reads every row; while a run adds ten a second that would leave no time for keys.
  const reads = filter.text !== undefined || filter.slot !== undefined || filter.split !== undefined;
  const slow = total > MANY && reads;
  const version = useThrottled(newest, slow ? PAUSE_MS : 0);
  const key = JSON.stringify([project, version, touched, filter, sort]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for project, version, filter and sort
  const count = useMemo(() => rows.count(filter), [rows, key]);
  const counted = useThrottled(newest, total > MANY ? PAUSE_MS : 0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: project, version and touched stand for the rows
  const assigned = useMemo(() => isAssigned(rows), [rows, project, counted, touched]);
  const rowAt = usePagedRows(key, (offset, limit) => rows.window({ filter, sort, offset, limit }));
  const at = useMemo(() => cursorAt(rowAt, count, selected, anchor), [rowAt, count, selected, anchor]);
  return { count, total, assigned, rowAt, selected: at, current: count === 0 ? null : rowAt(at) };
}
