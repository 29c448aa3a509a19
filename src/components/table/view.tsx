import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { displayWidth, padToWidth } from '../../domain/text/graphemes.ts';
import { useTheme } from '../../theme/index.ts';
import { Line, safeLine } from '../line/index.ts';
import { useListWindow } from '../list/index.ts';
import { type Cell, type Column, type FittedColumn, fitColumns } from './columns.ts';

export interface TableProps<Row> {
  readonly columns: readonly Column[];
  readonly count: number;
  /** The row at an index, asked only for visible ones; null while it is not there. See `usePagedRows` for SQL windows. */
  readonly rowAt: (index: number) => Row | null;
  readonly cell: (row: Row, columnId: string) => Cell;
  readonly width: number;
  /** Rows with the header. */
  readonly height: number;
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  /** Whether the table hears keys: arrows, jk, g/G, PgUp/PgDn. */
  readonly focus: boolean;
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

const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : cell.text);

/** A table of which only the visible rows are mounted. Cells are made safe and cut by display width, CJK and emoji included. */
export function Table<Row>(props: TableProps<Row>): ReactNode {
  const { columns, count, rowAt, cell, width, height, focus, isMarked, sort, empty = 'Nothing here yet.' } = props;
  const theme = useTheme();
  const { symbols } = theme;
  const { indices } = useListWindow({ ...props, height: Math.max(1, height - 1) });
  const gutter = isMarked === undefined ? 2 : 4;
  const fitted = fitColumns(columns, Math.max(1, width - gutter));
  const title = (column: FittedColumn): string =>
    sort?.column === column.id ? `${column.title} ${sort.descending ? symbols.down : symbols.up}` : column.title;
  const draw = (text: string, column: FittedColumn): string => {
    const cut = safeLine(text, column.columns, symbols.ellipsis);
    return displayWidth(cut) > column.columns ? '' : padToWidth(cut, column.columns, column.align ?? 'left');
  };
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
      <Text {...theme.tone('muted')} bold wrap="truncate-end">
        {' '.repeat(gutter)}
        {fitted.map((column) => draw(title(column), column)).join(' ')}
      </Text>
      {count === 0 ? <Line text={empty} width={width} tone="muted" /> : null}
      {indices.map((index) => {
        const row = rowAt(index);
        const selected = index === props.selected;
        const mark = isMarked === undefined ? '' : `${isMarked(index) ? symbols.marked : ' '} `;
        const base = selected && focus ? theme.tone('selection') : {};
        return (
          <Box key={index} height={1} flexShrink={0} aria-role="listitem" aria-state={{ selected }}>
            <Text wrap="truncate-end" {...base} bold={selected}>
              {selected ? symbols.pointer : ' '} {mark}
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
