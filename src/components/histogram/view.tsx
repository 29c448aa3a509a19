import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { displayWidth, padToWidth } from '../../domain/text/graphemes.ts';
import { useTheme } from '../../theme/index.ts';
import { safeLine } from '../line/index.ts';

export interface HistogramBar {
  readonly label: string;
  readonly count: number;
}

export interface HistogramProps {
  readonly bars: readonly HistogramBar[];
  readonly width: number;
  /** Rows at most; bars beyond it are summed up in a last line of words. */
  readonly height: number;
}

/** Horizontal bars with label and count; the longest bar fills what room is left. */
export function Histogram({ bars, width, height }: HistogramProps): ReactNode {
  const theme = useTheme();
  const shown = bars.length > height ? bars.slice(0, Math.max(0, height - 1)) : bars;
  const hidden = bars.length - shown.length;
  const safe = shown.map((bar) => ({ ...bar, label: safeLine(bar.label, Math.floor(width / 3)) }));
  const labelWidth = Math.max(0, ...safe.map((bar) => displayWidth(bar.label)));
  const countWidth = Math.max(0, ...safe.map((bar) => String(bar.count).length));
  const room = Math.max(0, width - labelWidth - countWidth - 2);
  const most = Math.max(1, ...safe.map((bar) => bar.count));
  return (
    <Box flexDirection="column">
      {safe.map((bar, index) => (
        <Text key={index} wrap="truncate-end">
          {padToWidth(bar.label, labelWidth)} {String(bar.count).padStart(countWidth)}{' '}
          <Text {...theme.tone('accent')}>
            {theme.symbols.barFull.repeat(bar.count === 0 ? 0 : Math.max(1, Math.round((bar.count / most) * room)))}
          </Text>
        </Text>
      ))}
      {hidden > 0 && <Text {...theme.tone('muted')}>and {hidden} more</Text>}
    </Box>
  );
}
