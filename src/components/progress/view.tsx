import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { useTheme } from '../../theme/index.ts';
import { bar, percent } from './bar.ts';

export interface ProgressBarProps {
  /** 0 to 1; null when the end is unknown, which is said instead of drawn. */
  readonly fraction: number | null;
  /** Columns with the percentage. */
  readonly width: number;
}

/** A bar and its percentage on one row. */
export function ProgressBar({ fraction, width }: ProgressBarProps): ReactNode {
  const theme = useTheme();
  const room = Math.max(0, width - 5);
  if (fraction === null) {
    return (
      <Text {...theme.tone('muted')} wrap="truncate-end">
        {theme.symbols.barEmpty.repeat(room)}
        {'    ?'.slice(0, Math.max(0, width - room))}
      </Text>
    );
  }
  return (
    <Box aria-role="progressbar" aria-label={percent(fraction)} width={width} height={1} flexShrink={0}>
      <Text wrap="truncate-end">
        <Text {...theme.tone(fraction >= 1 ? 'ok' : 'accent')}>{bar(fraction, room, theme.symbols)}</Text>
        {percent(fraction).padStart(5)}
      </Text>
    </Box>
  );
}
