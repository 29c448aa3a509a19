import { Text, useAnimation, useIsScreenReaderEnabled } from 'ink';
import type { ReactNode } from 'react';
import { useTheme } from '../../theme/theme.tsx';
import { safeLine } from '../text/line.tsx';

export interface SpinnerProps {
  /** What is being waited for; always shown. */
  readonly label: string;
  /** Does not tick while false; true by default. */
  readonly active?: boolean;
  /** Columns at most; 40 by default. */
  readonly width?: number;
}

/** A calm sign that something runs. Stands still for screen readers, without animations and when it is not active. */
export function Spinner({ label, active = true, width = 40 }: SpinnerProps): ReactNode {
  const theme = useTheme();
  const linear = useIsScreenReaderEnabled();
  const ticking = active && !linear && theme.animated;
  const { frame } = useAnimation({ interval: 120, isActive: ticking });
  const { spinner, running, ellipsis } = theme.symbols;
  const sign = ticking ? (spinner[frame % spinner.length] ?? running) : running;
  return (
    <Text {...theme.tone('accent')} wrap="truncate-end">
      {sign} {safeLine(label, Math.max(0, width - 2), ellipsis)}
    </Text>
  );
}
