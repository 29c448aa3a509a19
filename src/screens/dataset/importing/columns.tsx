import type { ReactNode } from 'react';
import type { Span } from '../../../components/editing/text-layout.ts';
import type { PaneSize } from '../../../components/layout/panes.tsx';
import { type Cell, type Column, Table } from '../../../components/lists/table.tsx';
import type { ColumnInfo, TableRow, TableValue } from '../../../domain/importing/records.ts';
import { parsePrompt } from '../../../domain/template/prompt.ts';
import { count } from '../../../domain/text/format.ts';

/** Marks the columns in a template of one message, and what looks like one and is none. */
export function columnSpans(columns: readonly ColumnInfo[]): (text: string) => readonly Span[] {
  const names = new Set(columns.map(({ name }) => name));
  return (text) =>
    parsePrompt(text).flatMap((part): Span[] => {
      // A brace alone stands for itself in these templates.
      if (part.kind === 'text' || part.kind === 'stray-brace') return [];
      const name = part.kind === 'slot' ? part.name : part.content.trim();
      return [{ start: part.start, end: part.end, tone: names.has(name) ? 'slot' : 'error' }];
    });
}

const COLUMNS: readonly Column[] = [
  { id: 'name', title: 'column', flex: 2, min: 10, keep: 1 },
  { id: 'type', title: 'type', width: 8, keep: 2 },
  { id: 'empty', title: 'empty', width: 6, align: 'right', keep: 3 },
  { id: 'values', title: 'values', width: 7, align: 'right', keep: 5 },
  { id: 'sample', title: 'for example', flex: 4, min: 12, keep: 4 },
];

/** Values of one column that are listed. */
const MAX_SAMPLES = 3;
const SAMPLE_LENGTH = 200;

function valueText(value: TableValue): string {
  if (typeof value === 'string') return value.slice(0, SAMPLE_LENGTH);
  return JSON.stringify(value).slice(0, SAMPLE_LENGTH);
}

/** Some values of a column: its most frequent ones where they repeat, else the first that are there. */
export function sampleText({ name, values }: ColumnInfo, rows: readonly TableRow[]): string {
  if (values?.some((one) => one.count > 1)) {
    return values
      .slice(0, MAX_SAMPLES)
      .map(({ value, count: times }) => `${value.slice(0, SAMPLE_LENGTH)} (${count(times)})`)
      .join(', ');
  }
  const found: string[] = [];
  for (const row of rows) {
    const value = row[name];
    if (value === undefined || value === null || value === '') continue;
    found.push(valueText(value));
    if (found.length === MAX_SAMPLES) break;
  }
  return found.join(' | ');
}

export interface ColumnTableProps {
  readonly columns: readonly ColumnInfo[];
  readonly sample: readonly TableRow[];
  readonly size: PaneSize;
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  readonly focus: boolean;
}

/** Every column with what it holds. */
export function ColumnTable({ columns, sample, size, selected, onSelect, focus }: ColumnTableProps): ReactNode {
  const cell = (column: ColumnInfo, id: string): Cell => {
    switch (id) {
      case 'name':
        return column.name;
      case 'type':
        return { text: column.type, tone: 'muted' };
      case 'empty':
        return { text: count(column.empty), tone: column.empty === 0 ? 'muted' : 'warn' };
      case 'values':
        return column.values === null ? 'many' : count(column.values.length);
      default:
        return { text: sampleText(column, sample), tone: 'muted' };
    }
  };
  return (
    <Table
      columns={COLUMNS}
      count={columns.length}
      rowAt={(index) => columns[index] ?? null}
      cell={cell}
      width={size.columns}
      height={size.rows}
      selected={Math.min(selected, Math.max(0, columns.length - 1))}
      onSelect={onSelect}
      focus={focus}
      empty="The records have no columns."
    />
  );
}
