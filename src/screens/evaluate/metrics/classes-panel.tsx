import { type ReactNode, useMemo } from 'react';
import { PaneBox } from '../../../components/layout/panes.tsx';
import { type Column, Table } from '../../../components/lists/table.tsx';
import type { ClassReport } from '../../../domain/evaluation/metrics.ts';
import type { ClassMetrics } from '../../../domain/evaluation/statistics/confusion.ts';
import { count, shareText } from '../../../domain/text/format.ts';

export type ClassOrder = 'f1' | 'label' | 'support' | 'precision' | 'recall';

export const CLASS_ORDERS: readonly ClassOrder[] = ['f1', 'support', 'label', 'precision', 'recall'];

export interface ClassesPanelProps {
  readonly report: ClassReport;
  readonly name: string;
  readonly order: ClassOrder;
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  readonly width: number;
  readonly height: number;
  readonly focus: boolean;
}

const CLASS_COLUMNS: readonly Column[] = [
  { id: 'label', title: 'class', flex: 1, min: 16, keep: 1 },
  { id: 'support', title: 'items', width: 7, align: 'right', keep: 2 },
  { id: 'predicted', title: 'answered', width: 8, align: 'right', keep: 5 },
  { id: 'precision', title: 'precision', width: 11, align: 'right', keep: 3 },
  { id: 'recall', title: 'recall', width: 8, align: 'right', keep: 3 },
  { id: 'f1', title: 'F1', width: 8, align: 'right', keep: 1 },
];

/** The classes in their order: by a share the worst first, for that is where to look. */
export function sortClasses(classes: readonly ClassMetrics[], order: ClassOrder): readonly ClassMetrics[] {
  const share = (value: number | null): number => value ?? 2;
  switch (order) {
    case 'label':
      return classes.toSorted((a, b) => a.label.localeCompare(b.label, 'en'));
    case 'support':
      return classes.toSorted((a, b) => b.support - a.support);
    case 'precision':
    case 'recall':
    case 'f1':
      return classes.toSorted((a, b) => share(a[order]) - share(b[order]));
  }
}

function classCell(one: ClassMetrics, column: string): string {
  switch (column) {
    case 'label':
      return one.label;
    case 'support':
      return count(one.support);
    case 'predicted':
      return count(one.predicted);
    case 'precision':
      return shareText(one.precision);
    case 'recall':
      return shareText(one.recall);
    default:
      return shareText(one.f1);
  }
}

/** Precision, recall and F1 of every class, for one model. */
export function ClassesPanel({ report, name, order, selected, onSelect, ...size }: ClassesPanelProps): ReactNode {
  const classes = useMemo(() => sortClasses(report.classes, order), [report, order]);
  const macro = report.macro === null ? '' : `, macro F1 ${shareText(report.macro.f1)}`;
  const outside = report.outside === 0 ? '' : `, ${count(report.outside)} answers outside the labels`;
  return (
    <PaneBox
      title={`${name}: ${count(classes.length)} classes${macro}${outside}`}
      focused
      width={size.width}
      height={size.height}
    >
      {(inner) => (
        <Table
          columns={CLASS_COLUMNS}
          count={classes.length}
          rowAt={(index) => classes[index] ?? null}
          cell={classCell}
          width={inner.columns}
          height={inner.rows}
          selected={selected}
          onSelect={onSelect}
          focus={size.focus}
          sort={{ column: order, descending: order === 'support' }}
        />
      )}
    </PaneBox>
  );
}
