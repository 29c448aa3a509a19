import type { Clock } from '../ports.ts';

/** Cuts short the waiting of a watch. */
export interface Nudge {
  wake(): void;
  /** Aborts at the next `wake`. */
  signal(): AbortSignal;
}

export function createNudge(): Nudge {
  let next = new AbortController();
  return {
    wake() {
      const now = next;
      next = new AbortController();
      now.abort();
    },
    signal: () => next.signal,
  };
}

/** Sleeps until the time is over or `called` aborts; rejects with the signal's reason when that aborts. */
export async function nap(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  called: AbortSignal | undefined,
): Promise<void> {
  if (called === undefined) return clock.sleep(ms, signal);
  try {
    await clock.sleep(ms, AbortSignal.any([signal, called]));
  } catch (error) {
    signal.throwIfAborted();
    if (!called.aborted) throw error;
  }
}
