import { setImmediate as turn } from 'node:timers/promises';

/** Milliseconds of work in one go: the keyboard is read on the same thread. */
const SLICE_MS = 8;

/** Lets the event loop turn when a slice of work is over, and stops the work when the signal says so. */
export interface Pace {
  due(): boolean;
  /** Throws the signal's reason. */
  rest(): Promise<void>;
}

export function createPace(signal: AbortSignal | undefined): Pace {
  let since = performance.now();
  return {
    due: () => performance.now() - since > SLICE_MS,
    async rest() {
      await turn();
      signal?.throwIfAborted();
      since = performance.now();
    },
  };
}
