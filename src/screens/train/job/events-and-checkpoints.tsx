import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { PaneSize } from '../../../components/layout/panes.tsx';
import { List } from '../../../components/lists/list.tsx';
import { type Column, Table } from '../../../components/lists/table.tsx';
import { Line } from '../../../components/text/line.tsx';
import { lossText, timeOfDay } from '../../../domain/text/format.ts';
import { displayWidth } from '../../../domain/text/graphemes.ts';
import { sanitizeLine } from '../../../domain/text/sanitize.ts';
import { eventText } from '../../../domain/training/loss-names.ts';
import { newestHeldOutLoss, newestTokenAccuracy } from '../../../domain/training/metrics.ts';
import type { Checkpoint, JobEvent } from '../../../domain/training/types.ts';
import type { Symbols } from '../../../theme/symbols.ts';
import { useTheme } from '../../../theme/theme.tsx';
import type { Tone } from '../../../theme/themes.ts';
import { ACCURACY_COLUMNS, accuracyText, HELD_OUT_COLUMNS, heldOutText } from '../format.ts';

export interface EventListProps {
  /** Oldest first. */
  readonly events: readonly JobEvent[];
  /** Why there will be none; null where they come. */
  readonly lacking: string | null;
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  readonly size: PaneSize;
}

const TIME_WIDTH = 9;
const SIGN_WIDTH = 2;

function eventStyle(event: JobEvent, symbols: Symbols): { readonly sign: string; readonly tone: Tone } {
  if (event.level === 'error') return { sign: symbols.error, tone: 'error' };
  if (event.level.startsWith('warn')) return { sign: symbols.warn, tone: 'warn' };
  return { sign: event.metrics === null ? symbols.done : symbols.separator, tone: 'plain' };
}

const textAt = (events: readonly JobEvent[], index: number): string => {
  const event = events[index];
  return event === undefined ? '' : eventText(event);
};

/** What the provider said, in its order; the newest at the end, and the selected one whole. */
export function EventList({ events, lacking, selected, onSelect, size }: EventListProps): ReactNode {
  const { symbols } = useTheme();
  return (
    <List
      count={events.length}
      height={size.rows}
      width={size.columns}
      selected={selected}
      onSelect={onSelect}
      focus
      empty={lacking ?? 'No events yet; they come as the provider reports them.'}
      whole={(index, width) => {
        const text = sanitizeLine(textAt(events, index));
        return displayWidth(text) > width - TIME_WIDTH - SIGN_WIDTH ? text : null;
      }}
      item={(index, { width }) => {
        const event = events[index];
        if (event === undefined) return '';
        const { sign, tone } = eventStyle(event, symbols);
        return (
          <Box height={1} flexShrink={0}>
            <Line text={timeOfDay(event.createdAt)} width={TIME_WIDTH} tone="muted" fill />
            <Line text={sign} width={SIGN_WIDTH} tone={tone} fill />
            <Line
              text={eventText(event)}
              width={Math.max(0, width - TIME_WIDTH - SIGN_WIDTH)}
              tone={tone}
              cut="middle"
            />
          </Box>
        );
      }}
    />
  );
}

export interface CheckpointTableProps {
  /** Newest first. */
  readonly checkpoints: readonly Checkpoint[];
  /** Why there will be none; null where they come. */
  readonly lacking: string | null;
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  readonly size: PaneSize;
}

const CHECKPOINT_COLUMNS: readonly Column[] = [
  { id: 'step', title: 'step', width: 6, align: 'right', keep: 1 },
  { id: 'train', title: 'loss', width: 7, align: 'right', keep: 4 },
  { id: 'valid', title: 'valid', width: HELD_OUT_COLUMNS, align: 'right', keep: 3 },
  { id: 'accuracy', title: 'token acc.', width: ACCURACY_COLUMNS, align: 'right', keep: 5 },
  { id: 'model', title: 'model', flex: 1, min: 12, cut: 'middle', keep: 2 },
];

function checkpointCell({ step, model, metrics }: Checkpoint, column: string): string {
  switch (column) {
    case 'step':
      return String(step);
    case 'train':
      return lossText(metrics.trainLoss);
    case 'valid':
      return heldOutText(newestHeldOutLoss([metrics]));
    case 'accuracy':
      return accuracyText(newestTokenAccuracy([metrics]));
    default:
      return model;
  }
}

/** The models that were kept on the way, each one that can be talked to. */
export function CheckpointTable({ checkpoints, lacking, selected, onSelect, size }: CheckpointTableProps): ReactNode {
  return (
    <Table
      columns={CHECKPOINT_COLUMNS}
      count={checkpoints.length}
      rowAt={(index) => checkpoints[index] ?? null}
      cell={checkpointCell}
      width={size.columns}
      height={size.rows}
      selected={selected}
      onSelect={onSelect}
      focus
      empty={lacking ?? 'No checkpoint yet; one is kept after each epoch.'}
    />
  );
}
