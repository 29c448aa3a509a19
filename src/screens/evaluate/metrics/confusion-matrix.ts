import type { ConfusionMatrix } from '../../../domain/evaluation/statistics/confusion.ts';

/** Where one looks in the matrix: row is the target, column what was said. */
export interface MatrixCursor {
  readonly row: number;
  readonly column: number;
}

export type MatrixMove = 'up' | 'down' | 'left' | 'right' | 'page-up' | 'page-down' | 'first' | 'last';

const clamp = (value: number, last: number): number => Math.max(0, Math.min(last, value));

/** The cell after the move. Pages go down and up; first and last are the ends of the diagonal. */
export function moveCursor(
  { row, column }: MatrixCursor,
  move: MatrixMove,
  classes: number,
  page: number,
): MatrixCursor {
  const last = Math.max(0, classes - 1);
  const by = (rows: number, columns: number): MatrixCursor => ({
    row: clamp(row + rows, last),
    // One column more than rows: what is none of the labels.
    column: clamp(column + columns, classes),
  });
  switch (move) {
    case 'up':
      return by(-1, 0);
    case 'down':
      return by(1, 0);
    case 'left':
      return by(0, -1);
    case 'right':
      return by(0, 1);
    case 'page-up':
      return by(-Math.max(1, page - 1), 0);
    case 'page-down':
      return by(Math.max(1, page - 1), 0);
    case 'first':
      return { row: 0, column: 0 };
    case 'last':
      return { row: last, column: last };
  }
}

export const SHADES = [' ', '░', '▒', '▓', '█'] as const;
export const ASCII_SHADES = [' ', '.', ':', '+', '#'] as const;

/** A sign for a share of the row's items: none, then quarters, so that weight shows without colour. */
export function shadeOf(value: number, total: number, shades: readonly string[]): string {
  if (value === 0 || total === 0) return shades[0] ?? ' ';
  return shades[Math.min(4, 1 + Math.floor((value / total) * 4 - 1e-9))] ?? '#';
}

export const rowTotal = ({ counts }: ConfusionMatrix, row: number): number =>
  (counts[row] ?? []).reduce((sum, value) => sum + value, 0);

/** Columns a cell takes: its largest number, the shade, a gap. */
export function cellWidth({ counts }: ConfusionMatrix): number {
  const most = counts.reduce((found, row) => row.reduce((a, b) => Math.max(a, b), found), 0);
  return Math.max(3, String(most).length + 2, String(counts.length).length + 2);
}

/** What the cursor stands on, in words. */
export function cursorText(matrix: ConfusionMatrix, { row, column }: MatrixCursor): string {
  const target = matrix.labels[row] ?? '';
  const said = matrix.labels[column] ?? 'none of the labels';
  const value = matrix.counts[row]?.[column] ?? 0;
  const total = rowTotal(matrix, row);
  const share = total === 0 ? '' : ` (${Math.round((value / total) * 100)}%)`;
  const what = row === column ? `${target} answered right` : `${target} taken for ${said}`;
  return `${what}: ${value} of ${total}${share}`;
}
