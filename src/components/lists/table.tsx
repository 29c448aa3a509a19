import { Box, Text, useIsScreenReaderEnabled } from 'ink';
import type { ReactNode } from 'react';
import { displayWidth, padToWidth } from '../../domain/text/graphemes.ts';
import { useTheme } from '../../theme/theme.tsx';
import type { Tone } from '../../theme/themes.ts';
import { Line, safeLine, safeMiddle } from '../text/line.tsx';
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
      {count === 0 ? <Line text={empty} width={width} tone="muted" /> : null}
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
