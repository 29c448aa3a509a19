import { Text } from 'ink';
import type { ReactNode } from 'react';
import { useTheme } from '../../theme/theme.tsx';

/** Columns of a bar of `width` that are full at `fraction` (0 to 1). Only a finished bar is ever quite full. */
export function filledColumns(fraction: number, width: number): number {
  const clamped = Math.min(1, Math.max(0, Number.isNaN(fraction) ? 0 : fraction));
  if (clamped === 1) return Math.max(0, width);
  return Math.max(0, Math.min(width - 1, Math.floor(clamped * width)));
}

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
