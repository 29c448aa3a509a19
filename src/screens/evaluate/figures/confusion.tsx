import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { Line } from '../../../components/line/index.ts';
import { List } from '../../../components/list/index.ts';
import { type Pane, Panes } from '../../../components/panes/index.ts';
import { topConfusions } from '../../../domain/evaluation/statistics/confusion.ts';
import type { ClassReport } from '../../../domain/evaluation/summary/types.ts';
import { count, plural } from '../../../domain/text/figures.ts';
import { Grid } from './grid.tsx';
import { type Cursor, rowTotal } from './matrix.ts';

export interface Confused {
  readonly target: string;
  /** Null for none of the labels. */
  readonly predicted: string | null;
}

export interface ConfusionPanelProps {
  readonly report: ClassReport;
  readonly name: string;
  /** Hears what is under the cursor, for Enter. */
  readonly onCell: (cell: Confused | null) => void;
  readonly width: number;
  readonly height: number;
  readonly focus: boolean;
}

/** From these on list and matrix both have room. */
const SIDE_BY_SIDE = 110;
const MOST = 200;

/** What is taken for what: the most frequent mistakes first, and the matrix, windowed around its cursor. */
export function ConfusionPanel({ report, name, onCell, width, height, focus }: ConfusionPanelProps): ReactNode {
  const { matrix, outside } = report;
  const confusions = useMemo(() => topConfusions(matrix, MOST), [matrix]);
  const [pane, setPane] = useState<'list' | 'matrix'>('list');
  const [selected, setSelected] = useState(0);
  const [wanted, setCursor] = useState<Cursor>({ row: 0, column: 0 });
  const last = matrix.labels.length;
  const cursor = { row: Math.min(wanted.row, Math.max(0, last - 1)), column: Math.min(wanted.column, last) };
  const at = Math.min(selected, Math.max(0, confusions.length - 1));
  const tellCell = ({ row, column }: Cursor): void =>
    onCell({ target: matrix.labels[row] ?? '', predicted: matrix.labels[column] ?? null });
  const choose = (index: number): void => {
    setSelected(index);
    const chosen = confusions[index];
    if (chosen === undefined) return;
    onCell(chosen);
    const column = chosen.predicted === null ? last : matrix.labels.indexOf(chosen.predicted);
    setCursor({ row: matrix.labels.indexOf(chosen.target), column });
  };
  // What Enter shows must be what is selected from the first frame on.
  useEffect(() => onCell(confusions[0] ?? null), [confusions, onCell]);
  const list: Pane = {
    id: 'list',
    title: `${name}: ${plural(confusions.length, 'kind')} of mistake`,
    flex: 2,
    render: (size, focused) => (
      <List
        count={confusions.length}
        height={size.rows}
        width={size.columns}
        selected={at}
        onSelect={choose}
        focus={focused && focus}
        empty="No answer names another class than its target."
        item={(index, state) => {
          const one = confusions[index];
          if (one === undefined) return '';
          const total = rowTotal(matrix, matrix.labels.indexOf(one.target));
          return (
            <Line
              text={`${count(one.count)} of ${count(total)}  ${one.target} taken for ${one.predicted ?? 'none of the labels'}`}
              width={state.width}
              bold={state.selected}
            />
          );
        }}
      />
    ),
  };
  const grid: Pane = {
    id: 'matrix',
    title: `${count(last)} classes${outside === 0 ? '' : `, ${count(outside)} answers outside (?)`}`,
    flex: 3,
    render: (size, focused) => (
      <Grid
        matrix={matrix}
        cursor={cursor}
        onCursor={(next) => {
          setCursor(next);
          tellCell(next);
        }}
        width={size.columns}
        height={size.rows}
        focus={focused && focus}
      />
    ),
  };
  return (
    <Panes
      focus={pane}
      onFocus={(id) => {
        setPane(id === 'matrix' ? 'matrix' : 'list');
        if (id === 'matrix') tellCell(cursor);
        else onCell(confusions[at] ?? null);
      }}
      width={width}
      height={height}
      arrangement={width >= SIDE_BY_SIDE ? 'row' : 'single'}
      active={focus}
      panes={[list, grid]}
    />
  );
}
