import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { displayWidth, padToWidth } from '../../domain/text/graphemes.ts';
import { useTheme } from '../../theme/theme.tsx';
import { safeLine } from '../text/line.tsx';

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

/**
 * Counts of `values` in `bins` steps of equal width between their least and greatest, for a distribution such as
 * tokens a row; empty without a finite value, one bar when all are the same.
 */
export function histogramBars(values: readonly number[], bins: number): readonly HistogramBar[] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [];
  const low = finite.reduce((a, b) => Math.min(a, b));
  const high = finite.reduce((a, b) => Math.max(a, b));
  if (low === high) return [{ label: String(Math.round(low)), count: finite.length }];
  const steps = Math.max(1, Math.floor(bins));
  const step = high / steps - low / steps;
  const counts = Array.from({ length: steps }, () => 0);
  for (const value of finite) {
    // Halved, so that no distance overflows; two ends too near to differ share the first bin.
    const share = (value / 2 - low / 2) / (high / 2 - low / 2);
    const bin = Number.isFinite(share) ? Math.min(steps - 1, Math.floor(share * steps)) : 0;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((count, bin) => {
    const to = bin === steps - 1 ? high : low + (bin + 1) * step;
    return { label: `${Math.round(low + bin * step)}-${Math.round(to)}`, count };
  });
}
