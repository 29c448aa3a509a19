import { Box, Text, useIsScreenReaderEnabled } from 'ink';
import { type CellProps, Table as InkTable } from 'ink-table';
import { createContext, type PropsWithChildren, type ReactElement, type ReactNode, useContext } from 'react';
import { useTheme } from '../../theme/theme.tsx';
import { WrappedText } from '../text/wrapped-text.tsx';
import { gutterOf, useListWindow } from './list-window.ts';
import { cellText, type FittedColumn, fitColumns, type TableProps, textOf } from './table.tsx';

export type SmallTableProps<Row> = Omit<TableProps<Row>, 'onChoose' | 'onMark' | 'isMarked' | 'sort' | 'pointed'>;

/** What stands in a cell. ink-table keeps the components of its first drawing: what they draw must reach them another way. */
interface Drawing {
  head(columnId: string): ReactElement;
  /** `index` is that of the row among all. */
  body(index: number, place: number): ReactElement;
}

const DrawingContext = createContext<Drawing | null>(null);

const wordOf = (children: ReactNode): string => String(children).trim();

function Head({ children }: PropsWithChildren): ReactElement {
  return useContext(DrawingContext)?.head(wordOf(children)) ?? <Text />;
}

function Body({ column, children }: CellProps): ReactElement {
  return useContext(DrawingContext)?.body(Number(wordOf(children)), column) ?? <Text />;
}

/** ink-table's own lines take a row between any two: where there are 24 rows, they are for what there is to read. */
const NoLine = (): ReactElement => <></>;

/**
 * A small table to read: of a few rows, of which nothing is opened or marked. Laid out by ink-table, which counts characters; its
 * cells are given the index of their row and draw what stands there themselves, by display width.
 */
export function SmallTable<Row>(props: SmallTableProps<Row>): ReactNode {
  const { columns, count, rowAt, cell, width, height, selected, focus, empty = 'Nothing here yet.' } = props;
  const theme = useTheme();
  const { symbols } = theme;
  const linear = useIsScreenReaderEnabled();
  const { indices, area } = useListWindow({ ...props, height: Math.max(1, height - 1) }, 1);
  const gutter = gutterOf(linear, false);
  const fitted = fitColumns(columns, Math.max(1, width - gutter));
  const gap = (column: FittedColumn | undefined): string => (column === fitted[0] ? '' : ' ');
  const before = (index: number): string => {
    if (linear) return index === selected ? '(selected) ' : '';
    return `${index !== selected ? ' ' : focus ? symbols.pointer : symbols.crumb} `;
  };
  const drawing: Drawing = {
    head: (id) => {
      const column = fitted.find((one) => one.id === id);
      const text = column === undefined ? '' : cellText(column.title, column, symbols.ellipsis);
      const indent = column === fitted[0] && !linear ? ' '.repeat(gutter) : '';
      return <Text {...theme.tone('muted')} bold>{`${indent}${gap(column)}${text}`}</Text>;
    },
    body: (index, place) => {
      const column = fitted[place];
      const row = rowAt(index);
      const content = row === null || column === undefined ? symbols.ellipsis : cell(row, column.id);
      const text = column === undefined ? '' : cellText(textOf(content), column, symbols.ellipsis);
      const here = index === selected;
      const tone = here && focus ? 'selection' : typeof content === 'string' || here ? 'plain' : content.tone;
      return (
        <Text {...theme.tone(tone ?? 'plain')} bold={here}>
          {`${place === 0 ? before(index) : ''}${gap(column)}${text}`}
        </Text>
      );
    },
  };
  return (
    <Box ref={area} flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
      <DrawingContext value={drawing}>
        <InkTable
          key={fitted.map(({ id }) => id).join(' ')}
          columns={fitted.map(({ id }) => id)}
          data={indices.map((index) => Object.fromEntries(fitted.map(({ id }) => [id, index])))}
          header={Head}
          cell={Body}
          skeleton={NoLine}
        />
      </DrawingContext>
      {count === 0 ? <WrappedText text={empty} width={width} tone="muted" /> : null}
    </Box>
  );
}
