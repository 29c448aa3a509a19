import { Text } from 'ink';
import type { ReactNode } from 'react';
import { type Tone, useTheme } from '../../theme/index.ts';
import { spark } from './spark.ts';

export interface SparklineProps {
  /** Newest last; as many of the newest as fit are drawn. */
  readonly values: readonly number[];
  readonly width: number;
  /** Ends of the scale; the least and greatest value shown by default. */
  readonly from?: number;
  readonly to?: number;
  readonly tone?: Tone;
}

/** `▂▃▅▆▇`: the course of a number in one row. Say the number itself beside it. */
export function Sparkline({ values, width, from, to, tone = 'accent' }: SparklineProps): ReactNode {
  const theme = useTheme();
  const scale = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  return (
    <Text {...theme.tone(tone)} wrap="truncate-end" aria-hidden>
      {spark(values, width, theme.symbols.spark, scale)}
    </Text>
  );
}
