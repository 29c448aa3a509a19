import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Line } from '../../../components/line/index.ts';
import { List } from '../../../components/list/index.ts';
import type { PaneSize } from '../../../components/panes/index.ts';
import type { JobEvent } from '../../../domain/training/types.ts';
import { type Symbols, type Tone, useTheme } from '../../../theme/index.ts';
import { timeOfDay } from '../words.ts';

export interface EventListProps {
  /** Oldest first. */
  readonly events: readonly JobEvent[];
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  readonly size: PaneSize;
}

const TIME = 9;
const SIGN = 2;

function look(event: JobEvent, symbols: Symbols): { readonly sign: string; readonly tone: Tone } {
  if (event.level === 'error') return { sign: symbols.error, tone: 'error' };
  if (event.level.startsWith('warn')) return { sign: symbols.warn, tone: 'warn' };
  return { sign: event.metrics === null ? symbols.done : symbols.separator, tone: 'plain' };
}

/** What the provider said, in its order; the newest at the end. */
export function EventList({ events, selected, onSelect, size }: EventListProps): ReactNode {
  const { symbols } = useTheme();
  return (
    <List
      count={events.length}
      height={size.rows}
      width={size.columns}
      selected={selected}
      onSelect={onSelect}
      focus
      empty="No events yet; they come as the provider tells them."
      item={(index, { width }) => {
        const event = events[index];
        if (event === undefined) return '';
        const { sign, tone } = look(event, symbols);
        return (
          <Box height={1} flexShrink={0}>
            <Line text={timeOfDay(event.createdAt)} width={TIME} tone="muted" fill />
            <Line text={sign} width={SIGN} tone={tone} fill />
            <Line text={event.message} width={Math.max(0, width - TIME - SIGN)} tone={tone} />
          </Box>
        );
      }}
    />
  );
}
