import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { displayWidth, padToWidth } from '../../domain/text/graphemes.ts';
import { useTheme } from '../../theme/index.ts';
import { Line, safeLine } from '../line/index.ts';
import { type Bar, barLengths } from './bars.ts';

export interface HistogramProps {
  /** Top to bottom. Use `binned` for the distribution of many numbers. */
  readonly bars: readonly Bar[];
  readonly width: number;
  /** Rows; what does not fit is counted in the last one. */
  readonly height: number;
  /** The number beside the bar; the value itself by default. */
  readonly format?: (value: number) => string;
}

/** Horizontal bars with label and number. */
export function Histogram({ bars, width, height, format = String }: HistogramProps): ReactNode {
  const theme = useTheme();
  const fits = bars.length <= height;
  const shown = fits ? bars : bars.slice(0, Math.max(0, height - 1));
  const labels = shown.map((bar) => safeLine(bar.label, Math.max(4, Math.floor(width / 3)), theme.symbols.ellipsis));
  const labelWidth = labels.reduce((widest, label) => Math.max(widest, displayWidth(label)), 0);
  const numbers = shown.map((bar) => format(bar.value));
  const numberWidth = numbers.reduce((widest, number) => Math.max(widest, displayWidth(number)), 0);
  const lengths = barLengths(
    shown.map((bar) => bar.value),
    Math.max(0, width - labelWidth - numberWidth - 2),
  );
  return (
    <Box flexDirection="column" width={width} height={Math.min(height, bars.length)} flexShrink={0} overflow="hidden">
      {shown.map((_, index) => (
        <Text key={index} wrap="truncate-end">
          {padToWidth(labels[index] ?? '', labelWidth)} {padToWidth(numbers[index] ?? '', numberWidth, 'right')}{' '}
          <Text {...theme.tone('accent')}>{theme.symbols.barFull.repeat(lengths[index] ?? 0)}</Text>
        </Text>
      ))}
      {fits ? null : <Line text={`and ${bars.length - shown.length} more`} width={width} tone="muted" />}
    </Box>
  );
}
