import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { useMoveKeys } from '../../../components/lists/list-window.ts';
import { Line } from '../../../components/text/line.tsx';
import { shortModel } from '../../../components/text/model-name.ts';
import { displayWidth } from '../../../domain/text/graphemes.ts';
import { useTheme } from '../../../theme/theme.tsx';
import {
  COLUMN_GAP,
  firstVisibleRow,
  GUTTER,
  LABEL_WIDTH,
  type ReplyCell,
  rowOfTurn,
  type ScrollAnchor,
  scrollAnchor,
  type TranscriptLayout,
  type TurnLayout,
  turnAt,
} from './transcript-layout.ts';

export interface RowProps {
  readonly layout: TurnLayout;
  /** Row within the turn. */
  readonly index: number;
  /** Whether `y`, `+`, `r` and `e` mean this turn. */
  readonly chosen: boolean;
  /** Whether keys move over the transcript. */
  readonly focus: boolean;
  /** Index in the turn of the reply that `y` and `+` mean. */
  readonly column: number;
}

const fill = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - displayWidth(text)));

/** One row of the transcript, never wider than it was laid out for. */
function TranscriptRowView({ layout, index, chosen, focus, column }: RowProps): ReactNode {
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
          <Text {...theme.tone('key')}>
            {row.first && chosen ? `${focus ? symbols.pointer : symbols.crumb} ` : ' '.repeat(GUTTER)}
          </Text>
          <Text {...theme.tone('key')}>{fill(row.first ? 'You' : '', LABEL_WIDTH)}</Text>
          <Text {...theme.tone('strong')}>{row.text}</Text>
          {displayWidth(row.text + row.remark) <= width - GUTTER - LABEL_WIDTH ? (
            <Text {...theme.tone('muted')}>{row.remark}</Text>
          ) : null}
        </Text>
      );
    case 'names':
      return <Names layout={layout} from={row.from} chosen={chosen} column={column} />;
    case 'cells':
      return (
        <Text wrap="truncate-end">
          {' '.repeat(GUTTER)}
          {row.cells.map((cell, at) => (
            <ReplyCellView
              key={at}
              cell={cell}
              width={layout.replies[row.from + at]?.width ?? width - GUTTER}
              first={at === 0}
            />
          ))}
        </Text>
      );
  }
}

function ColumnSeparator(): ReactNode {
  const theme = useTheme();
  return <Text {...theme.tone('muted')}>{` ${theme.symbols.axis.vertical} `.padEnd(COLUMN_GAP)}</Text>;
}

function ReplyCellView({ cell, width, first }: { cell: ReplyCell; width: number; first: boolean }): ReactNode {
  const theme = useTheme();
  const between = first ? null : <ColumnSeparator />;
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
function Names({
  layout,
  from,
  chosen,
  column,
}: Omit<RowProps, 'index' | 'focus'> & { readonly from: number }): ReactNode {
  const { symbols } = useTheme();
  const count = layout.turn.replies.length;
  return (
    <Box height={1}>
      <Text>{' '.repeat(GUTTER)}</Text>
      {layout.replies.slice(from, from + layout.beside).map(({ reply, width }, at) => {
        const index = layout.first + from + at;
        const place = layout.replies.length < count ? `${index + 1} of ${count}: ` : '';
        const marked = chosen && count > 1 && index === column;
        const sign = marked ? `${symbols.crumb} ` : '';
        const arrows = place === '' ? '' : '  (left, right)';
        const room = width - displayWidth(sign + place + arrows);
        const name = shortModel(reply.model, room, symbols.ellipsis);
        const text = `${sign}${place}${name}${arrows}`;
        return (
          <Box key={index}>
            {at === 0 ? null : <ColumnSeparator />}
            <Line text={text} width={width} bold tone={marked || count === 1 ? 'accent' : 'plain'} fill />
          </Box>
        );
      })}
    </Box>
  );
}

export interface TranscriptProps {
  readonly layout: TranscriptLayout;
  readonly anchor: ScrollAnchor | null;
  readonly onScroll: (anchor: ScrollAnchor | null) => void;
  readonly chosenTurnId: string | null;
  readonly column: number;
  readonly width: number;
  readonly height: number;
  /** Whether it handles arrows, jk, g/G, PgUp/PgDn. */
  readonly focus: boolean;
  readonly onClick: () => void;
}

/** The conversation, of which only the visible rows are mounted. */
export function Transcript(props: TranscriptProps): ReactNode {
  const { layout, anchor, onScroll, chosenTurnId, column, width, height, focus, onClick } = props;
  const area = useMoveKeys({ move: (to) => onScroll(scrollAnchor(layout, anchor, to, height)), focus, onClick });
  const top = firstVisibleRow(layout, anchor, height);
  const count = Math.max(0, Math.min(height, layout.total - top));
  return (
    <Box ref={area} flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
      {Array.from({ length: count }, (_, offset) => {
        const at = turnAt(layout, top + offset);
        const turn = layout.turns[at];
        if (turn === undefined) return null;
        const index = top + offset - (layout.starts[at] ?? 0);
        return (
          <Box key={offset} height={1} flexShrink={0}>
            <TranscriptRowView
              layout={turn}
              index={index}
              chosen={turn.turn.id === chosenTurnId}
              focus={focus}
              column={Math.min(column, turn.turn.replies.length - 1)}
            />
          </Box>
        );
      })}
    </Box>
  );
}
