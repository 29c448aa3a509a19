import { setTimeout as wait } from 'node:timers/promises';

/** The system's clock: `now` in milliseconds since the epoch; `sleep` rejects with the signal's reason when it aborts. */
export interface SystemClock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Longest delay a Node timer takes; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function createClock(): SystemClock {
  return {
    now: () => Date.now(),
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      let left = Math.max(0, ms);
      do {
        const turn = Math.min(left, LONGEST_TIMER_MS);
        left -= turn;
        await pause(turn, signal);
      } while (left > 0);
    },
  };
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await wait(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
