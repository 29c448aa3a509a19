import type { Parts } from '../../domain/evaluation/statistics/parts.ts';

/** Milliseconds of work in one go: keys are read on the same thread. */
const SLICE_MS = 8;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Does work to its end, a slice at a time, so that keys are heard in between. Throws the signal's reason. */
export async function inSlices<T>(parts: Parts<T>, signal: AbortSignal | undefined): Promise<T> {
  for (;;) {
    signal?.throwIfAborted();
    const until = performance.now() + SLICE_MS;
    let step = parts.next();
    while (step.done !== true && performance.now() < until) step = parts.next();
    if (step.done === true) return step.value;
    await turn();
  }
}
