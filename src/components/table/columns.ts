import type { Tone } from '../../theme/index.ts';

export interface Column {
  readonly id: string;
  readonly title: string;
  /** Exact columns; or `flex`, a share of what is left. One of both. */
  readonly width?: number;
  readonly flex?: number;
  /** Least columns of a flexible one; 6 by default. */
  readonly min?: number;
  readonly align?: 'left' | 'right';
  /** 1 is kept longest when the table is too narrow for all; 5 by default. */
  readonly keep?: number;
}

/** What stands in a cell: text, trusted or not, and how it looks. */
export type Cell = string | { readonly text: string; readonly tone?: Tone };

export interface FittedColumn extends Column {
  readonly columns: number;
}

const GAP = 1;
const least = (column: Column): number => column.width ?? column.min ?? 6;
const needed = (columns: readonly Column[]): number =>
  columns.reduce((sum, column) => sum + least(column), 0) + GAP * Math.max(0, columns.length - 1);

/** The columns that fit in `width`, with exact widths that fill it when one of them is flexible. */
export function fitColumns(all: readonly Column[], width: number): readonly FittedColumn[] {
  const columns = [...all];
  while (columns.length > 1 && needed(columns) > width) {
    const worst = columns.reduce(
      (found, column, index) => ((column.keep ?? 5) >= (columns[found]?.keep ?? 5) ? index : found),
      0,
    );
    columns.splice(worst, 1);
  }
  let spare = Math.max(0, width - needed(columns));
  let flex = columns.reduce((sum, column) => sum + (column.width === undefined ? (column.flex ?? 1) : 0), 0);
  return columns.map((column) => {
    if (column.width !== undefined) return { ...column, columns: Math.max(0, Math.min(column.width, width)) };
    const share = column.flex ?? 1;
    const extra = flex === 0 ? 0 : Math.floor((spare * share) / flex);
    spare -= extra;
    flex -= share;
    return { ...column, columns: Math.max(0, Math.min(least(column) + extra, width)) };
  });
}
