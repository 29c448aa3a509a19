import type { ReactNode } from 'react';
import type { PaneSize } from '../../../components/panes/index.ts';
import { Table } from '../../../components/table/index.ts';
import { useTheme } from '../../../theme/index.ts';
import { COLUMNS, COLUMNS_WITH_SPLIT, cellOf, SORTED_COLUMN } from './cells.ts';
import { isMarked, type Marks } from './marks.ts';
import type { Sort } from './reducer.ts';
import type { ShownRows } from './use-rows.ts';

export interface RowTableProps {
  readonly size: PaneSize;
  readonly shown: ShownRows;
  readonly sort: Sort;
  readonly marks: Marks;
  readonly focus: boolean;
  readonly onSelect: (index: number) => void;
}

export function RowTable({ size, shown, sort, marks, focus, onSelect }: RowTableProps): ReactNode {
  const { symbols } = useTheme();
  const { rowAt } = shown;
  return (
    <Table
      columns={shown.assigned ? COLUMNS_WITH_SPLIT : COLUMNS}
      count={shown.count}
      rowAt={rowAt}
      cell={(row, column) => cellOf(row, column, symbols)}
      width={size.columns}
      height={size.rows}
      selected={shown.selected}
      onSelect={onSelect}
      focus={focus}
      isMarked={(index) => {
        const row = rowAt(index);
        return row !== null && isMarked(marks, row.id);
      }}
      sort={{ column: SORTED_COLUMN[sort.key], descending: sort.descending }}
      empty="No row fits. Esc clears the filter, f changes it."
    />
  );
}
