import { Box, Text } from 'ink';
import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { Line, safeLine } from '../../../components/line/index.ts';
import { windowStart } from '../../../components/list/index.ts';
import type { ConfusionMatrix } from '../../../domain/evaluation/statistics/confusion.ts';
import { padToWidth } from '../../../domain/text/graphemes.ts';
import { evaluateMatrixBindings } from '../../../keys/bindings/evaluate.ts';
import { useBindings } from '../../../keys/index.ts';
import { useTheme } from '../../../theme/index.ts';
import {
  ASCII_SHADES,
  type Cursor,
  cellWidth,
  cursorWords,
  type MatrixMove,
  moveCursor,
  rowTotal,
  SHADES,
  shadeOf,
} from './matrix.ts';

export interface GridProps {
  readonly matrix: ConfusionMatrix;
  readonly cursor: Cursor;
  readonly onCursor: (cursor: Cursor) => void;
  readonly width: number;
  readonly height: number;
  readonly focus: boolean;
}

/** Rows that are not the matrix: the columns' numbers, and the cell under the cursor in words. */
const CHROME = 2;

/** The part of the matrix around the cursor: only that is mounted. Classes are numbered, rows named as well. */
export function Grid({ matrix, cursor, onCursor, width, height, focus }: GridProps): ReactNode {
  const theme = useTheme();
  const { symbols } = theme;
  const classes = matrix.labels.length;
  const cell = cellWidth(matrix);
  const head = Math.min(30, Math.max(12, Math.floor(width * 0.34)));
  const rows = Math.max(1, height - CHROME);
  const columns = Math.max(1, Math.floor((width - head) / cell));
  const at = useRef({ row: 0, column: 0 });
  const top = windowStart(at.current.row, cursor.row, classes, rows);
  const left = windowStart(at.current.column, cursor.column, classes + 1, columns);
  useLayoutEffect(() => {
    at.current = { row: top, column: left };
  });
  const move = (to: MatrixMove) => (): void => onCursor(moveCursor(cursor, to, classes, rows));
  useBindings(
    'field',
    evaluateMatrixBindings,
    {
      'evaluate.matrix.up': move('up'),
      'evaluate.matrix.down': move('down'),
      'evaluate.matrix.left': move('left'),
      'evaluate.matrix.right': move('right'),
      'evaluate.matrix.page-up': move('page-up'),
      'evaluate.matrix.page-down': move('page-down'),
      'evaluate.matrix.first': move('first'),
      'evaluate.matrix.last': move('last'),
    },
    { active: focus },
  );
  const shades = symbols.braille ? SHADES : ASCII_SHADES;
  const shownColumns = Array.from({ length: Math.min(columns, classes + 1 - left) }, (_, index) => left + index);
  const shownRows = Array.from({ length: Math.min(rows, classes - top) }, (_, index) => top + index);
  const numbers = shownColumns.map((index) => padToWidth(index < classes ? `${index + 1} ` : '? ', cell, 'right'));
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
      <Text {...theme.tone('muted')} wrap="truncate-end">
        {padToWidth('target \\ answered', head, 'left')}
        {numbers.join('')}
      </Text>
      {shownRows.map((row) => {
        const total = rowTotal(matrix, row);
        const name = safeLine(`${row + 1} ${matrix.labels[row] ?? ''}`, head - 1, symbols.ellipsis);
        return (
          <Text key={row} wrap="truncate-end" bold={row === cursor.row}>
            {padToWidth(name, head, 'left')}
            {shownColumns.map((column) => {
              const value = matrix.counts[row]?.[column] ?? 0;
              const text = value === 0 ? symbols.separator : `${value}${shadeOf(value, total, shades)}`;
              const tone = value === 0 ? 'muted' : row === column ? 'ok' : 'error';
              const here = focus && row === cursor.row && column === cursor.column;
              return (
                <Text key={column} {...theme.tone(here ? 'selection' : tone)}>
                  {padToWidth(value === 0 ? `${text} ` : text, cell, 'right')}
                </Text>
              );
            })}
          </Text>
        );
      })}
      <Box flexGrow={1} />
      <Line text={cursorWords(matrix, cursor)} width={width} tone="strong" />
    </Box>
  );
}
