import { Text } from 'ink';
import type { ReactNode } from 'react';
import { STATUS_LOOKS } from '../../../components/status/index.ts';
import type { JobEvent, TuningJob } from '../../../domain/training/types.ts';
import { useTheme } from '../../../theme/index.ts';
import { timeOfDay } from '../words.ts';
import { type Stage, timelineOf } from './timeline.ts';

export interface TimelineProps {
  readonly job: TuningJob;
  readonly events: readonly JobEvent[];
  readonly width: number;
}

const GAP = 2;
const TIME = 9;
const SECONDS = 3;

/** How many columns of each stage's time there is room for: all, none of the seconds, or nothing. */
function timeColumns(stages: readonly Stage[], width: number): number {
  const timed = stages.filter(({ at }) => at !== null).length;
  const words = stages.reduce((sum, { word }) => sum + 2 + word.length, 0) + GAP * (stages.length - 1);
  if (words + timed * TIME <= width) return TIME;
  return words + timed * (TIME - SECONDS) <= width ? TIME - SECONDS : 0;
}

/** `✓ files 12:03:04  ✓ queued 12:03:05  ◐ running 12:03:06  ○ succeeded` */
export function Timeline({ job, events, width }: TimelineProps): ReactNode {
  const theme = useTheme();
  const stages = timelineOf(job, events);
  const room = timeColumns(stages, width);
  return (
    <Text wrap="truncate-end">
      {stages.map(({ word, kind, at }, index) => {
        const { symbol, tone } = STATUS_LOOKS[kind];
        return (
          <Text key={index}>
            {index > 0 ? ' '.repeat(GAP) : ''}
            <Text {...theme.tone(tone)}>
              {theme.symbols[symbol]} {word}
            </Text>
            {at === null || room === 0 ? '' : <Text {...theme.tone('muted')}> {timeOfDay(at).slice(0, room - 1)}</Text>}
          </Text>
        );
      })}
    </Text>
  );
}
