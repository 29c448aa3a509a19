import type { ReactNode } from 'react';
import { useAppState } from '../../../app/react.tsx';
import { ratingStatus, rowStatus, STATUS_STYLES, type StatusLabel } from '../../../components/feedback/status.tsx';
import { useNow } from '../../../components/hooks/use-now.ts';
import type { PaneSize } from '../../../components/layout/panes.tsx';
import { type Cell, type Column, Table } from '../../../components/lists/table.tsx';
import { flagsOf, missingValues } from '../../../domain/dataset/row.ts';
import type { Row, RowSortKey } from '../../../domain/dataset/types.ts';
import type { Template } from '../../../domain/template/types.ts';
import { ageText, count } from '../../../domain/text/format.ts';
import { displayWidth } from '../../../domain/text/graphemes.ts';
import type { Symbols } from '../../../theme/symbols.ts';
import { useTheme } from '../../../theme/theme.tsx';
import { isMarked, type Marks, type Sort } from './reducer.ts';
import { splitLabel } from './row-filter.ts';
import type { ShownRows } from './use-rows.ts';

const MIN_COMBINATION = 14;
/** Columns of pointer and mark. */
const GUTTER = 4;

const ROW_COLUMNS: readonly Column[] = [
  { id: 'id', title: 'id', width: 8, keep: 7 },
  { id: 'cell', title: 'combination', flex: 3, min: MIN_COMBINATION, cut: 'middle', keep: 2 },
  { id: 'answer', title: 'answer', flex: 3, min: 12, keep: 3 },
  { id: 'tokens', title: 'tokens', width: 8, align: 'right', keep: 6 },
  { id: 'status', title: 'status', width: 11, keep: 1 },
  { id: 'rating', title: 'rating', width: 10, keep: 1 },
  { id: 'flags', title: 'flags', width: 12, keep: 4 },
  { id: 'model', title: 'model', width: 18, cut: 'middle', keep: 8 },
  { id: 'age', title: 'age', width: 6, align: 'right', keep: 9 },
];

/** Columns of all that must be seen of a row beside its combination: some of its answer, status, rating, flags. */
const BESIDE_COMBINATION = 54;

/** Whether what became of a row and what was said of it share a column, so that its combination has the room. */
const isNarrow = (slots: Template['slots'], width: number): boolean =>
  slots.length > 0 && combinationColumns(slots, 2 * width) + BESIDE_COMBINATION > width;

/** Columns of the longest combination of the template, but no more than half of `width`. */
function combinationColumns(slots: Template['slots'], width: number): number {
  const widest = slots.map(({ values }) => values.reduce((most, value) => Math.max(most, displayWidth(value)), 0));
  const whole = widest.reduce((sum, columns) => sum + columns, 0) + 2 * Math.max(0, slots.length - 1);
  return Math.max(MIN_COMBINATION, Math.min(whole, Math.floor(width / 2)));
}

/** The columns of a table of `width`: the combination has as much as it needs, whatever gives way to it, and the answer the rest. */
function columnsFor(all: readonly Column[], slots: Template['slots'], width: number): readonly Column[] {
  const columns = isNarrow(slots, width) ? all.flatMap(narrowed) : all;
  if (slots.length === 0) return columns.map((column) => (column.id === 'cell' ? PROMPT_COLUMN : column));
  const needed = combinationColumns(slots, width - GUTTER);
  return columns.map((column) => (column.id === 'cell' ? { ...column, min: needed, flex: 0 } : column));
}

/** What was said of a row, else what became of it; what of that has no room is among the flags. */
const STATE_COLUMN: Column = { id: 'state', title: 'state', width: 11, keep: 1 };

function narrowed(column: Column): readonly Column[] {
  if (column.id === 'status') return [STATE_COLUMN];
  if (column.id === 'flags') return [{ ...column, id: 'status and flags', width: 11 }];
  if (column.id === 'answer') return [{ ...column, min: 11 }];
  return column.id === 'rating' ? [] : [column];
}

/** Without slots no row is a combination: rows are imported, or kept from a chat. */
const PROMPT_COLUMN: Column = { id: 'cell', title: 'prompt', flex: 3, min: 14, cut: 'middle', keep: 2 };

/** The same with the side of the split, for a project that has one. */
const ROW_COLUMNS_WITH_SPLIT: readonly Column[] = ROW_COLUMNS.flatMap((column) =>
  column.id === 'status' ? [{ id: 'split', title: 'split', width: 10, keep: 5 }, column] : [column],
);

/** The column whose title shows the order of a sort. */
const SORTED_COLUMN: Readonly<Record<RowSortKey, string>> = {
  created: 'id',
  cell: 'cell',
  tokens: 'tokens',
  status: 'status',
  rating: 'rating',
  length: 'answer',
};

const sortedColumn = (key: RowSortKey, narrow: boolean): string =>
  narrow && (key === 'status' || key === 'rating') ? STATE_COLUMN.id : SORTED_COLUMN[key];

export const shortId = (id: string): string => id.slice(0, 8);

/** The values of the cell, or in brackets where a row without one came from. */
export function combinationText(row: Row): string {
  const values = Object.values(row.cell);
  return values.length === 0 ? `(${row.source})` : values.join(', ');
}

/** What stands for the row in the table: of an imported one the user message, for many rows share label and document. */
function subjectText(row: Row): string {
  const question = row.source === 'imported' ? row.prompt?.findLast(({ role }) => role === 'user') : undefined;
  return question === undefined ? combinationText(row) : question.content.slice(0, 2_000);
}

const FLAG_WORDS = {
  failed: 'failed',
  empty: 'empty',
  refused: 'refusal',
  truncated: 'stops short',
} as const;

/** What a person should look at, beyond the status: edits, and cell values the answer does not name. */
export function flagText(row: Row): string {
  const words = flagsOf(row).map((flag) => {
    if (flag === 'edited') return flag;
    if (flag === 'missing-slot-value') return `lacks ${missingValues(row).join(', ')}`;
    return flag === row.status ? '' : FLAG_WORDS[flag];
  });
  return words.filter((word) => word !== '').join(', ');
}

export const statusText = ({ kind, word }: StatusLabel, symbols: Symbols): string =>
  `${symbols[STATUS_STYLES[kind].symbol]} ${word}`;

const isStatusFirst = ({ status, rating }: Row): boolean => rating === 'unrated' && status !== 'done';

const statusCell = (label: StatusLabel, symbols: Symbols): Cell => ({
  text: statusText(label, symbols),
  tone: STATUS_STYLES[label.kind].tone,
});

/** What a column shows of a row. */
function rowCell(row: Row, column: string, symbols: Symbols, now: number): Cell {
  switch (column) {
    case 'id':
      return { text: shortId(row.id), tone: 'muted' };
    case 'cell':
      return subjectText(row);
    case 'answer':
      return row.completion === '' && row.error !== null
        ? { text: row.error, tone: 'error' }
        : row.completion.slice(0, 2_000);
    case 'tokens':
      return row.usage === null ? { text: 'unknown', tone: 'muted' } : count(row.usage.completionTokens);
    case 'split':
      return row.split === null ? { text: splitLabel(null), tone: 'muted' } : splitLabel(row.split);
    case 'status':
      return statusCell(rowStatus(row.status), symbols);
    case 'rating':
      return statusCell(ratingStatus(row.rating), symbols);
    case 'state':
      return statusCell(isStatusFirst(row) ? rowStatus(row.status) : ratingStatus(row.rating), symbols);
    case 'status and flags': {
      const status = isStatusFirst(row) || row.status === 'done' ? '' : row.status;
      return { text: [status, flagText(row)].filter(Boolean).join(', '), tone: 'warn' };
    }
    case 'model':
      return { text: row.model, tone: 'muted' };
    case 'age':
      return { text: ageText(row.createdAt, now), tone: 'muted' };
    default:
      return { text: flagText(row), tone: 'warn' };
  }
}

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
  const slots = useAppState((state) => state.project.template.slots);
  const now = useNow(false);
  const columns = shown.assigned ? ROW_COLUMNS_WITH_SPLIT : ROW_COLUMNS;
  return (
    <Table
      columns={columnsFor(columns, slots, size.columns)}
      count={shown.count}
      rowAt={rowAt}
      cell={(row, column) => rowCell(row, column, symbols, now)}
      width={size.columns}
      height={size.rows}
      selected={shown.selected}
      onSelect={onSelect}
      focus={focus}
      isMarked={(index) => {
        const row = rowAt(index);
        return row !== null && isMarked(marks, row.id);
      }}
      sort={{ column: sortedColumn(sort.key, isNarrow(slots, size.columns)), descending: sort.descending }}
      empty="No row fits. Esc clears the filter, f changes it."
    />
  );
}
