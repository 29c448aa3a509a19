import { Text } from 'ink';
import type { ReactNode } from 'react';
import { useTheme } from '../../theme/theme.tsx';
import type { Tone } from '../../theme/themes.ts';

/**
 * The newest `width` values as heights 0 to `levels` - 1 between their own least and greatest; a flat run lies in the
 * middle. Values that are not finite are left out.
 */
export function sparkHeights(values: readonly number[], width: number, levels: number): readonly number[] {
  if (width <= 0) return [];
  const shown = values.filter(Number.isFinite).slice(-width);
  const low = Math.min(...shown);
  // Halved, so that the distance of the two ends of the number line is still a number.
  const span = Math.max(...shown) / 2 - low / 2;
  if (span === 0) return shown.map(() => Math.floor((levels - 1) / 2));
  return shown.map((value) => Math.round(((value / 2 - low / 2) / span) * (levels - 1)));
}

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
