import { useAnimation, useIsScreenReaderEnabled } from 'ink';
import { useTheme } from '../../theme/theme.tsx';

/** Draws again every second while `ticking`; not for a screen reader, nor without animations. */
export function useTicks(ticking: boolean): void {
  const linear = useIsScreenReaderEnabled();
  const { animated } = useTheme();
  useAnimation({ interval: 1000, isActive: ticking && animated && !linear });
}

/** Milliseconds since the epoch, read again every second while `ticking`, see `useTicks`. */
export function useNow(ticking: boolean): number {
  useTicks(ticking);
  return Date.now();
}
