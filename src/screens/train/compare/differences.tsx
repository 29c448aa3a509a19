import { type ReactNode, useState } from 'react';
import { Line } from '../../../components/line/index.ts';
import type { PaneSize } from '../../../components/panes/index.ts';
import { type Column, Table } from '../../../components/table/index.ts';
import { differencesBetween, type RunDifference } from '../../../domain/training/difference.ts';
import type { JobRecord } from '../../../domain/training/types.ts';
import { useTheme } from '../../../theme/index.ts';
import { jobName } from '../words.ts';

/** Two of the compared jobs, by their places among them, and what differs. */
export interface ComparedPair {
  readonly first: { readonly record: JobRecord; readonly index: number };
  readonly second: { readonly record: JobRecord; readonly index: number };
  readonly differences: readonly RunDifference[];
}

/** The selected job against the first that was marked; the second marked where the first is selected. */
export function pairOf(jobs: readonly JobRecord[], selected: number): ComparedPair | null {
  const index = Math.max(1, Math.min(selected, jobs.length - 1));
  const [first] = jobs;
  const second = jobs[index];
  if (first === undefined || second === undefined) return null;
  return {
    first: { record: first, index: 0 },
    second: { record: second, index },
    differences: differencesBetween(first, second),
  };
}

export interface DifferencesTableProps {
  readonly pair: ComparedPair;
  readonly size: PaneSize;
}

/** Settings and data in which two jobs differ, one a line. */
export function DifferencesTable({ pair, size }: DifferencesTableProps): ReactNode {
  const theme = useTheme();
  const [selected, setSelected] = useState(0);
  const { first, second, differences } = pair;
  const title = ({ record, index }: ComparedPair['first']): string =>
    `${theme.series(index).symbol} ${jobName(record)}`;
  if (differences.length === 0) {
    const both = `${title(first)} and ${title(second)}`;
    return (
      <Line text={`${both}: the same base, data and settings. What differs came by chance.`} width={size.columns} />
    );
  }
  const columns: readonly Column[] = [
    { id: 'what', title: 'setting', width: 15, keep: 1 },
    { id: 'first', title: title(first), flex: 1, min: 12, keep: 2 },
    { id: 'second', title: title(second), flex: 1, min: 12, keep: 3 },
  ];
  return (
    <Table
      columns={columns}
      count={differences.length}
      rowAt={(index) => differences[index] ?? null}
      cell={(row, column) => (column === 'what' ? row.what : column === 'first' ? row.first : row.second)}
      width={size.columns}
      height={size.rows}
      selected={Math.min(selected, differences.length - 1)}
      onSelect={setSelected}
      focus
    />
  );
}
