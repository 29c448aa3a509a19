import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { ListMove } from '../../../components/list/index.ts';
import { listBindings, useBindings } from '../../../keys/index.ts';
import { type Anchor, scrollAnchor, topOf, turnAt } from './anchor.ts';
import type { TranscriptLayout } from './layout.ts';
import { TranscriptRowView } from './rows.tsx';

export interface TranscriptProps {
  readonly layout: TranscriptLayout;
  readonly anchor: Anchor | null;
  readonly onScroll: (anchor: Anchor | null) => void;
  readonly chosenTurnId: string | null;
  readonly column: number;
  readonly width: number;
  readonly height: number;
  /** Whether it hears arrows, jk, g/G, PgUp/PgDn. */
  readonly focus: boolean;
}

/** The conversation, of which only the visible rows are mounted. */
export function Transcript(props: TranscriptProps): ReactNode {
  const { layout, anchor, onScroll, chosenTurnId, column, width, height, focus } = props;
  const move = (to: ListMove) => (): void => onScroll(scrollAnchor(layout, anchor, to, height));
  useBindings(
    'field',
    listBindings,
    {
      'list.up': move('up'),
      'list.down': move('down'),
      'list.page-up': move('page-up'),
      'list.page-down': move('page-down'),
      'list.first': move('first'),
      'list.last': move('last'),
    },
    { active: focus },
  );
  const top = topOf(layout, anchor, height);
  const count = Math.max(0, Math.min(height, layout.total - top));
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
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
              column={Math.min(column, turn.turn.replies.length - 1)}
            />
          </Box>
        );
      })}
    </Box>
  );
}
