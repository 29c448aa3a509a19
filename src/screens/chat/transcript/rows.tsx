import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { Line } from '../../../components/line/index.ts';
import { displayWidth } from '../../../domain/text/graphemes.ts';
import { useTheme } from '../../../theme/index.ts';
import { shortModel } from '../models/names.ts';
import { BETWEEN, type Cell, GUTTER, LABEL, rowOfTurn, type TurnLayout } from './layout.ts';

export interface RowProps {
  readonly layout: TurnLayout;
  /** Row within the turn. */
  readonly index: number;
  /** Whether `y`, `+`, `r` and `e` mean this turn. */
  readonly chosen: boolean;
  /** Index in the turn of the reply that `y` and `+` mean. */
  readonly column: number;
}

const fill = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - displayWidth(text)));

/** One row of the transcript, never wider than it was laid out for. */
export function TranscriptRowView({ layout, index, chosen, column }: RowProps): ReactNode {
  const theme = useTheme();
  const { symbols } = theme;
  const { width } = layout.shape;
  const row = rowOfTurn(layout, index);
  switch (row.kind) {
    case 'gap':
      return <Text> </Text>;
    case 'system':
      return <Line text={`${' '.repeat(GUTTER)}System: ${row.text}`} width={width} tone="muted" />;
    case 'user':
      return (
        <Text wrap="truncate-end">
          <Text {...theme.tone('key')}>{row.first && chosen ? `${symbols.pointer} ` : ' '.repeat(GUTTER)}</Text>
          <Text {...theme.tone('key')}>{fill(row.first ? 'You' : '', LABEL)}</Text>
          <Text {...theme.tone('strong')}>{row.text}</Text>
          {displayWidth(row.text + row.remark) <= width - GUTTER - LABEL ? (
            <Text {...theme.tone('muted')}>{row.remark}</Text>
          ) : null}
        </Text>
      );
    case 'names':
      return <Names layout={layout} chosen={chosen} column={column} />;
    case 'cells':
      return (
        <Text wrap="truncate-end">
          {' '.repeat(GUTTER)}
          {row.cells.map((cell, at) => (
            <CellView key={at} cell={cell} width={layout.replies[at]?.width ?? width - GUTTER} first={at === 0} />
          ))}
        </Text>
      );
  }
}

function Between(): ReactNode {
  const theme = useTheme();
  return <Text {...theme.tone('muted')}>{` ${theme.symbols.axis.vertical} `.padEnd(BETWEEN)}</Text>;
}

function CellView({ cell, width, first }: { cell: Cell; width: number; first: boolean }): ReactNode {
  const theme = useTheme();
  const between = first ? null : <Between />;
  if (cell === null || cell.kind === 'text') {
    return (
      <>
        {between}
        {fill(cell?.text ?? '', width)}
      </>
    );
  }
  const sign = cell.sign === null ? (cell.indent ? '  ' : '') : `${theme.symbols[cell.sign]} `;
  return (
    <>
      {between}
      <Text {...theme.tone(cell.tone)}>{fill(sign + cell.text, width)}</Text>
    </>
  );
}

/** Who answers: a column each, or one of several with its place and the keys to the others. */
function Names({ layout, chosen, column }: Omit<RowProps, 'index'>): ReactNode {
  const { symbols } = useTheme();
  const count = layout.turn.replies.length;
  return (
    <Box height={1}>
      <Text>{' '.repeat(GUTTER)}</Text>
      {layout.replies.map(({ reply, width }, at) => {
        const index = layout.first + at;
        const place = layout.replies.length < count ? `${index + 1} of ${count}: ` : '';
        const marked = chosen && count > 1 && index === column;
        const sign = marked ? `${symbols.pointer} ` : '';
        const arrows = place === '' ? '' : '  (left, right)';
        const room = width - displayWidth(sign + place + arrows);
        const name = shortModel(reply.model, room, symbols.ellipsis);
        const text = `${sign}${place}${name}${arrows}`;
        return (
          <Box key={index}>
            {at === 0 ? null : <Between />}
            <Line text={text} width={width} bold tone={marked || count === 1 ? 'accent' : 'plain'} fill />
          </Box>
        );
      })}
    </Box>
  );
}
