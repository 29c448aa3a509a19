import { useAnimation, useIsScreenReaderEnabled } from 'ink';

/** Milliseconds since the epoch, read again every second while `ticking`; a screen reader gets no ticks. */
export function useNow(ticking: boolean): number {
  const linear = useIsScreenReaderEnabled();
  useAnimation({ interval: 1000, isActive: ticking && !linear });
  return Date.now();
}
