import { type Dispatch, useEffect } from 'react';
import type { Row } from '../../domain/dataset/types.ts';
import { useAppState, useWorkbench } from '../../state/context.tsx';
import { indexOfRow } from './browse/locate.ts';
import type { BrowseAction } from './browse/reducer.ts';

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
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another wish is a reason to move the cursor
  useEffect(() => {
    const row = wanted === null ? null : rows.get(wanted);
    if (row !== null) reveal(row);
  }, [wanted]);
}
