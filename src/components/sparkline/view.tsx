import { Text } from 'ink';
import type { ReactNode } from 'react';
import { type Tone, useTheme } from '../../theme/index.ts';
import { sparkHeights } from './heights.ts';

export interface SparklineProps {
  /** Oldest first; the newest that fit are drawn. */
  readonly values: readonly number[];
  readonly width: number;
  readonly tone?: Tone;
}

/** A line of little bars: how a number went lately. */
export function Sparkline({ values, width, tone = 'accent' }: SparklineProps): ReactNode {
  const theme = useTheme();
  const { spark } = theme.symbols;
  const heights = sparkHeights(values, width, spark.length);
  return (
    <Text {...theme.tone(tone)} wrap="truncate-end">
      {heights.map((height) => spark[height] ?? '').join('')}
    </Text>
  );
}
