import { Box, Text } from 'ink';
import { type ReactNode, useLayoutEffect, useMemo, useRef } from 'react';
import { useSubjectFields } from '../../../app/react.tsx';
import { type Pane, Panes } from '../../../components/layout/panes.tsx';
import { List } from '../../../components/lists/list.tsx';
import { windowStart } from '../../../components/lists/list-window.ts';
import { Line, safeMiddle } from '../../../components/text/line.tsx';
import type { ClassReport } from '../../../domain/evaluation/metrics.ts';
import { type ConfusionMatrix, topConfusions } from '../../../domain/evaluation/statistics/confusion.ts';
import { count, plural } from '../../../domain/text/format.ts';
import { padToWidth } from '../../../domain/text/graphemes.ts';
import { evaluateMatrixBindings } from '../../../keys/bindings/evaluate.ts';
import { useBindings } from '../../../keys/hooks.tsx';
import { useTheme } from '../../../theme/theme.tsx';
import {
  ASCII_SHADES,
  cellWidth,
  cursorText,
  type MatrixCursor,
  type MatrixMove,
  moveCursor,
  rowTotal,
  SHADES,
  shadeOf,
} from './confusion-matrix.ts';
import { CONFUSION_STATE, NEW_CONFUSION } from './kept-state.ts';

export interface ConfusionGridProps {
  readonly matrix: ConfusionMatrix;
  readonly cursor: MatrixCursor;
  readonly onCursor: (cursor: MatrixCursor) => void;
  readonly width: number;
  readonly height: number;
  readonly focus: boolean;
}

/** Rows that are not the matrix: the columns' numbers, and the cell under the cursor in words. */
const CHROME = 2;

/** The part of the matrix around the cursor: only that is mounted. Classes are numbered, rows named as well. */
function ConfusionGrid({ matrix, cursor, onCursor, width, height, focus }: ConfusionGridProps): ReactNode {
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
        const name = safeMiddle(`${row + 1} ${matrix.labels[row] ?? ''}`, head - 1, symbols.ellipsis);
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
      <Line text={cursorText(matrix, cursor)} width={width} tone="strong" cut="middle" />
    </Box>
  );
}

export interface ConfusedPair {
  readonly target: string;
  /** Null for none of the labels. */
  readonly predicted: string | null;
}

export interface ConfusionPanelProps {
  /** The evaluation and the model, by which the place in the figures is kept. */
  readonly subject: string;
  readonly report: ClassReport;
  readonly name: string;
  /** Called with what is under the cursor, for Enter. */
  readonly onCell: (cell: ConfusedPair | null) => void;
  readonly width: number;
  readonly height: number;
  readonly focus: boolean;
}

/** From these on list and matrix both have room. */
const SIDE_BY_SIDE = 110;
const MAX_LISTED_PAIRS = 200;

/** What is taken for what: the most frequent mistakes first, and the matrix, windowed around its cursor. */
export function ConfusionPanel({
  subject,
  report,
  name,
  onCell,
  width,
  height,
  focus,
}: ConfusionPanelProps): ReactNode {
  const { matrix, outside } = report;
  const confusions = useMemo(() => topConfusions(matrix, MAX_LISTED_PAIRS), [matrix]);
  const [{ pane, selected, cursor: wanted }, change] = useSubjectFields(subject, CONFUSION_STATE, () => NEW_CONFUSION);
  const last = matrix.labels.length;
  const row = Math.min(wanted.row, Math.max(0, last - 1));
  const column = Math.min(wanted.column, last);
  const at = Math.min(selected, Math.max(0, confusions.length - 1));
  const choose = (index: number): void => {
    const chosen = confusions[index];
    if (chosen === undefined) return;
    const answered = chosen.predicted === null ? last : matrix.labels.indexOf(chosen.predicted);
    change({ selected: index, cursor: { row: matrix.labels.indexOf(chosen.target), column: answered } });
  };
  const cell = useMemo(
    () =>
      pane === 'list'
        ? (confusions[at] ?? null)
        : { target: matrix.labels[row] ?? '', predicted: matrix.labels[column] ?? null },
    [pane, confusions, at, matrix, row, column],
  );
  // What Enter shows must be what is selected from the first frame on.
  useLayoutEffect(() => onCell(cell), [cell, onCell]);
  const list: Pane = {
    id: 'list',
    title: `${name}: ${plural(confusions.length, 'kind')} of mistake`,
    flex: 2,
    render: (size, focused) => (
      <List
        count={confusions.length}
        height={size.rows}
        width={size.columns}
        selected={at}
        onSelect={choose}
        focus={focused && focus}
        empty="No answer names another class than its target."
        item={(index, state) => {
          const one = confusions[index];
          if (one === undefined) return '';
          const total = rowTotal(matrix, matrix.labels.indexOf(one.target));
          return (
            <Line
              text={`${count(one.count)} of ${count(total)}  ${one.target} taken for ${one.predicted ?? 'none of the labels'}`}
              width={state.width}
              bold={state.selected}
            />
          );
        }}
      />
    ),
  };
  const grid: Pane = {
    id: 'matrix',
    title: `${count(last)} classes${outside === 0 ? '' : `, ${count(outside)} answers outside (?)`}`,
    flex: 3,
    render: (size, focused) => (
      <ConfusionGrid
        matrix={matrix}
        cursor={{ row, column }}
        onCursor={(next) => change({ cursor: next })}
        width={size.columns}
        height={size.rows}
        focus={focused && focus}
      />
    ),
  };
  return (
    <Panes
      focus={pane}
      onFocus={(id) => change({ pane: id === 'matrix' ? 'matrix' : 'list' })}
      width={width}
      height={height}
      arrangement={width >= SIDE_BY_SIDE ? 'row' : 'single'}
      active={focus}
      panes={[list, grid]}
    />
  );
}
