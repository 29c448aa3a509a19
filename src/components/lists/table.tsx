import { Box, Text, useIsScreenReaderEnabled } from 'ink';
import type { ReactNode } from 'react';
import { displayWidth, padToWidth } from '../../domain/text/graphemes.ts';
import { useTheme } from '../../theme/theme.tsx';
import type { Tone } from '../../theme/themes.ts';
import { safeLine, safeMiddle } from '../text/line.tsx';
import { WrappedText } from '../text/wrapped-text.tsx';
import { gutterOf, useListWindow } from './list-window.ts';

const PAGE = 64;
const KEPT_PAGES = 8;

/**
 * Rows by index out of windows: `fetch(offset, limit)` is called once for each page that is looked at, so that what is
 * read stays as it was; `useRead` makes another when rows change. Null for an index that is no longer there.
 */
export function pagedRows<T>(fetch: (offset: number, limit: number) => readonly T[]): (index: number) => T | null {
  const pages = new Map<number, readonly T[]>();
  return (index) => {
    const page = Math.floor(index / PAGE);
    let rows = pages.get(page);
    if (rows === undefined) {
      rows = fetch(page * PAGE, PAGE);
      const oldest = pages.keys().next();
      if (pages.size >= KEPT_PAGES && oldest.done !== true) pages.delete(oldest.value);
      pages.set(page, rows);
    }
    return rows[index - page * PAGE] ?? null;
  };
}

export interface Column {
  readonly id: string;
  readonly title: string;
  /** Exact columns; or `flex`, a share of what is left. One of both. */
  readonly width?: number;
  readonly flex?: number;
  /** Least columns of a flexible one; 6 by default. */
  readonly min?: number;
  /** Columns that a flexible one can use at most; what it leaves goes to the others. As many as there are by default. */
  readonly max?: number;
  readonly align?: 'left' | 'right';
  /** Where a cell that is too long loses its text: its end by default; ids and names of models differ at theirs. */
  readonly cut?: 'end' | 'middle';
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
  const given = shareSpare(columns, Math.max(0, width - needed(columns)));
  return columns.map((column, index) => ({
    ...column,
    columns: Math.max(0, Math.min(least(column) + (given[index] ?? 0), width)),
  }));
}

/** The spare columns among the flexible ones, by share; what one cannot use goes to the others. */
function shareSpare(columns: readonly Column[], spare: number): readonly number[] {
  const given = columns.map(() => 0);
  const open = (index: number): boolean => {
    const column = columns[index];
    return (
      column !== undefined &&
      column.width === undefined &&
      column.flex !== 0 &&
      least(column) + (given[index] ?? 0) < (column.max ?? Number.POSITIVE_INFINITY)
    );
  };
  let left = spare;
  let takers = columns.map((_, index) => index).filter(open);
  while (left > 0 && takers.length > 0) {
    let flex = takers.reduce((sum, index) => sum + (columns[index]?.flex ?? 1), 0);
    let rest = left;
    for (const index of takers) {
      const column = columns[index];
      if (column === undefined) continue;
      const share = column.flex ?? 1;
      const part = Math.floor((rest * share) / flex);
      const used = Math.min(part, (column.max ?? Number.POSITIVE_INFINITY) - least(column) - (given[index] ?? 0));
      given[index] = (given[index] ?? 0) + used;
      left -= used;
      rest -= part;
      flex -= share;
    }
    takers = takers.filter(open);
  }
  return given;
}

export interface TableProps<Row> {
  readonly columns: readonly Column[];
  readonly count: number;
  /** The row at an index, called only for visible ones; null while it is not there. See `pagedRows` for SQL windows. */
  readonly rowAt: (index: number) => Row | null;
  readonly cell: (row: Row, columnId: string) => Cell;
  readonly width: number;
  /** Rows with the header. */
  readonly height: number;
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  /** Whether the table takes keys: arrows, jk, g/G, PgUp/PgDn. */
  readonly focus: boolean;
  /** Whether the pointer is the one that keys move, though another component takes them; as `focus` by default. */
  readonly pointed?: boolean;
  /** Enter. Leave it out where the screen's own table has Enter. */
  readonly onChoose?: (index: number) => void;
  /** Space. */
  readonly onMark?: (index: number) => void;
  readonly isMarked?: (index: number) => boolean;
  /** The sorted column gets an arrow. */
  readonly sort?: { readonly column: string; readonly descending: boolean };
  /** Said when there is nothing: what to do next, with the key. */
  readonly empty?: string;
}

export const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : cell.text);

/** A cell's text made safe, in exactly the columns it has: cut or padded by display width, CJK and emoji included. */
export function cellText(text: string, column: FittedColumn, ellipsis: string): string {
  const shorten = column.cut === 'middle' ? safeMiddle : safeLine;
  const cut = shorten(text, column.columns, ellipsis);
  return displayWidth(cut) > column.columns ? '' : padToWidth(cut, column.columns, column.align ?? 'left');
}

/** A table of which only the visible rows are mounted. Cells are made safe and cut by display width, CJK and emoji included. */
export function Table<Row>(props: TableProps<Row>): ReactNode {
  const { columns, count, rowAt, cell, width, height, focus, isMarked, sort, empty = 'Nothing here yet.' } = props;
  const theme = useTheme();
  const { symbols } = theme;
  const { indices, area } = useListWindow({ ...props, height: Math.max(1, height - 1) }, 1);
  const linear = useIsScreenReaderEnabled();
  const pointer = (props.pointed ?? focus) ? symbols.pointer : symbols.crumb;
  const gutter = gutterOf(linear, isMarked !== undefined);
  const fitted = fitColumns(columns, Math.max(1, width - gutter));
  const title = (column: FittedColumn): string =>
    sort?.column === column.id ? `${column.title} ${sort.descending ? symbols.down : symbols.up}` : column.title;
  const draw = (text: string, column: FittedColumn): string => cellText(text, column, symbols.ellipsis);
  return (
    <Box ref={area} flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
      <Text {...theme.tone('muted')} bold wrap="truncate-end">
        {linear ? '' : ' '.repeat(gutter)}
        {fitted.map((column) => draw(title(column), column)).join(' ')}
      </Text>
      {count === 0 ? <WrappedText text={empty} width={width} tone="muted" /> : null}
      {indices.map((index) => {
        const row = rowAt(index);
        const selected = index === props.selected;
        const mark = isMarked === undefined ? '' : `${isMarked(index) ? symbols.marked : ' '} `;
        const base = selected && focus ? theme.tone('selection') : {};
        return (
          <Box key={index} height={1} flexShrink={0} aria-state={{ checked: isMarked?.(index) === true, selected }}>
            <Text wrap="truncate-end" {...base} bold={selected}>
              {linear ? '' : `${selected ? pointer : ' '} ${mark}`}
              {row === null
                ? symbols.ellipsis
                : fitted.map((column, at) => {
                    const content = cell(row, column.id);
                    const tone = typeof content === 'string' || selected ? undefined : content.tone;
                    return (
                      <Text key={column.id} {...(tone === undefined ? {} : theme.tone(tone))}>
                        {at > 0 ? ' ' : ''}
                        {draw(textOf(content), column)}
                      </Text>
                    );
                  })}
            </Text>
          </Box>
        );
      })}
    </Box>
  );
}
