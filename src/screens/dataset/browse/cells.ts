import { ratingStatus, rowStatus, STATUS_LOOKS, type StatusWords } from '../../../components/status/index.ts';
import type { Cell, Column } from '../../../components/table/index.ts';
import { flagsOf, missingValues } from '../../../domain/dataset/example.ts';
import type { Row, RowSortKey } from '../../../domain/dataset/types.ts';
import { count } from '../../../domain/text/figures.ts';
import type { Symbols } from '../../../theme/index.ts';
import { splitWord } from './filter.ts';

export const COLUMNS: readonly Column[] = [
  { id: 'id', title: 'id', width: 8, keep: 7 },
  { id: 'cell', title: 'cell', flex: 3, min: 14, keep: 2 },
  { id: 'answer', title: 'answer', flex: 3, min: 12, keep: 3 },
  { id: 'tokens', title: 'tokens', width: 8, align: 'right', keep: 6 },
  { id: 'status', title: 'status', width: 11, keep: 1 },
  { id: 'rating', title: 'rating', width: 10, keep: 1 },
  { id: 'flags', title: 'flags', width: 12, keep: 5 },
];

/** The same with the side of the split, for a project that has one. */
export const COLUMNS_WITH_SPLIT: readonly Column[] = COLUMNS.flatMap((column) =>
  column.id === 'status' ? [{ id: 'split', title: 'split', width: 10, keep: 4 }, column] : [column],
);

/** The column whose title shows the order of a sort. */
export const SORTED_COLUMN: Readonly<Record<RowSortKey, string>> = {
  created: 'id',
  cell: 'cell',
  tokens: 'tokens',
  status: 'status',
  rating: 'rating',
  length: 'answer',
};

export const shortId = (id: string): string => id.slice(0, 8);

/** The values of the cell, or in brackets where a row without one came from. */
export function cellWords(row: Row): string {
  const values = Object.values(row.cell);
  return values.length === 0 ? `(${row.source})` : values.join(', ');
}

/** What stands for the row in the table: of an imported one the question, for label and document do not tell rows apart. */
function subjectOf(row: Row): string {
  const asked = row.source === 'imported' ? row.prompt?.findLast(({ role }) => role === 'user') : undefined;
  return asked === undefined ? cellWords(row) : asked.content.slice(0, 2_000);
}

/** What a person should look at, beyond the status: edits, and cell values the answer does not name. */
export function flagWords(row: Row): string {
  const flags = flagsOf(row);
  const missing = flags.includes('missing-slot-value') ? `lacks ${missingValues(row).join(', ')}` : '';
  return [flags.includes('edited') ? 'edited' : '', missing].filter((word) => word !== '').join(', ');
}

export const statusWords = ({ kind, word }: StatusWords, symbols: Symbols): string =>
  `${symbols[STATUS_LOOKS[kind].symbol]} ${word}`;

/** What a column shows of a row. */
export function cellOf(row: Row, column: string, symbols: Symbols): Cell {
  switch (column) {
    case 'id':
      return { text: shortId(row.id), tone: 'muted' };
    case 'cell':
      return subjectOf(row);
    case 'answer':
      return row.completion === '' && row.error !== null
        ? { text: row.error, tone: 'error' }
        : row.completion.slice(0, 2_000);
    case 'tokens':
      return row.usage === null ? { text: 'unknown', tone: 'muted' } : count(row.usage.completionTokens);
    case 'split':
      return row.split === null ? { text: splitWord(null), tone: 'muted' } : splitWord(row.split);
    case 'status': {
      const status = rowStatus(row.status);
      return { text: statusWords(status, symbols), tone: STATUS_LOOKS[status.kind].tone };
    }
    case 'rating': {
      const rating = ratingStatus(row.rating);
      return { text: statusWords(rating, symbols), tone: STATUS_LOOKS[rating.kind].tone };
    }
    default:
      return { text: flagWords(row), tone: 'warn' };
  }
}
