import { Text } from 'ink';
import type { ReactNode } from 'react';
import { useTheme } from '../../theme/index.ts';
import { filledColumns } from './bar.ts';

export interface ProgressBarProps {
  /** 0 to 1; null while the end is unknown, which draws an empty bar. */
  readonly fraction: number | null;
  readonly width: number;
}

/** A bar of full and empty cells. The words beside it (count, share, time left) are the caller's. */
export function ProgressBar({ fraction, width }: ProgressBarProps): ReactNode {
  const theme = useTheme();
  const full = filledColumns(fraction ?? 0, width);
  return (
    <Text wrap="truncate-end">
      <Text {...theme.tone('accent')}>{theme.symbols.barFull.repeat(full)}</Text>
      <Text {...theme.tone('muted')}>{theme.symbols.barEmpty.repeat(Math.max(0, width - full))}</Text>
    </Text>
  );
}
