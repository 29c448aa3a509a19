import type { ReactNode } from 'react';
import { PaneBox } from '../../../components/layout/panes.tsx';
import { type Cell, type Column, Table } from '../../../components/lists/table.tsx';
import { shortModel } from '../../../components/text/model-name.ts';
import type { EvaluationSummary, SliceRow, SliceTable } from '../../../domain/evaluation/metrics.ts';
import { count, shareRange, shareText } from '../../../domain/text/format.ts';
import { useTheme } from '../../../theme/theme.tsx';

export interface SliceLine {
  readonly table: SliceTable;
  readonly row: SliceRow;
}

/** Every slice of every kind, one under the other. */
export const sliceLines = ({ slices }: EvaluationSummary): readonly SliceLine[] =>
  slices.flatMap((table) => table.rows.map((row) => ({ table, row })));

export interface SlicesPanelProps {
  readonly lines: readonly SliceLine[];
  readonly names: readonly string[];
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  readonly width: number;
  readonly height: number;
  readonly focus: boolean;
}

const MODEL_WIDTH = 20;
const NARROW_MODEL_WIDTH = 7;

function sliceColumns(names: readonly string[], wide: boolean, ellipsis: string): readonly Column[] {
  return [
    { id: 'name', title: 'by', width: 12, keep: 3 },
    { id: 'value', title: 'value', flex: 1, min: 14, keep: 1 },
    { id: 'items', title: 'items', width: 6, align: 'right', keep: 4 },
    ...names.map((name, index) => ({
      id: String(index),
      title: shortModel(name, wide ? MODEL_WIDTH : NARROW_MODEL_WIDTH, ellipsis),
      width: wide ? MODEL_WIDTH : NARROW_MODEL_WIDTH,
      keep: 2,
    })),
  ];
}

function sliceCell({ table, row }: SliceLine, column: string, wide: boolean): Cell {
  switch (column) {
    case 'name':
      return { text: table.kind === 'length' ? 'length' : table.name, tone: 'muted' };
    case 'value':
      return row.value;
    case 'items':
      return count(row.items);
    default: {
      const model = row.models[Number(column)];
      if (model === undefined || model.graded === 0) return '—';
      return wide ? `${shareText(model.accuracy)} ${shareRange(model.interval)}` : shareText(model.accuracy);
    }
  }
}

/** Accuracy of every model on the items that share a slot value, a label or a length. */
export function SlicesPanel({ lines, names, selected, onSelect, width, height, focus }: SlicesPanelProps): ReactNode {
  const { symbols } = useTheme();
  const wide = width >= 44 + names.length * (MODEL_WIDTH + 1);
  return (
    <PaneBox title="Right, by slot value, label and length of the prompt" focused width={width} height={height}>
      {(size) => (
        <Table
          columns={sliceColumns(names, wide, symbols.ellipsis)}
          count={lines.length}
          rowAt={(index) => lines[index] ?? null}
          cell={(line, column) => sliceCell(line, column, wide)}
          width={size.columns}
          height={size.rows}
          selected={selected}
          onSelect={onSelect}
          focus={focus}
          empty="Nothing to slice by: the items have no slot values, labels or lengths that repeat."
        />
      )}
    </PaneBox>
  );
}
