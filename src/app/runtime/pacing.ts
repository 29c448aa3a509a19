import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CooperativeTask } from '../../domain/common/cooperative.ts';
import type { Clock } from './ports.ts';

/** Runs something at most once in a while, however often it is requested; the last request is never lost. */
export interface Coalescer {
  /** Asks for a run: at once when the last one is long enough ago, else when its time has come. */
  touch(): void;
  /** Runs now, whatever was waiting included. */
  flush(): void;
  /** Runs now where something was waiting, and does nothing else. */
  settle(): void;
  /** Drops what was waiting; nothing runs after this. */
  close(): void;
}

/**
 * At most one `run` in `intervalMs`, save for `flush`. The first ask runs at once, so a quiet screen answers at once, or after
 * `firstMs`, where the screen is to answer before it.
 */
export function coalesce(clock: Clock, intervalMs: number, run: () => void, firstMs = 0): Coalescer {
  let window: AbortController | null = null;
  let dirty = false;
  let closed = false;

  function open(ms: number): void {
    const mine = new AbortController();
    window = mine;
    clock.sleep(ms, mine.signal).then(
      () => {
        if (window !== mine) return;
        window = null;
        if (dirty) fire();
      },
      () => {},
    );
  }

  function fire(): void {
    dirty = false;
    open(intervalMs);
    run();
  }

  function shut(): void {
    window?.abort();
    window = null;
  }

  return {
    touch() {
      if (closed) return;
      if (window === null && firstMs === 0) return fire();
      dirty = true;
      if (window === null) open(firstMs);
    },
    flush() {
      if (closed) return;
      shut();
      fire();
    },
    settle() {
      if (closed || !dirty) return;
      shut();
      fire();
    },
    close() {
      closed = true;
      shut();
    },
  };
}

/** What `read` gives, read once for all who ask in one turn of the event loop. */
export function oncePerTurn<T>(read: () => T): () => T {
  let held: { readonly value: T } | null = null;
  return () => {
    if (held !== null) return held.value;
    held = { value: read() };
    setImmediate(() => {
      held = null;
    });
    return held.value;
  };
}

/** Milliseconds of work in one go: keys are read on the same thread, and what else has its turn between two goes takes as long again. */
const SLICE_MS = 4;

/** Does work to its end, a slice at a time, so that keys are read in between. Throws the signal's reason. */
export async function inSlices<T>(parts: CooperativeTask<T>, signal: AbortSignal | undefined): Promise<T> {
  for (;;) {
    signal?.throwIfAborted();
    const until = performance.now() + SLICE_MS;
    let step = parts.next();
    while (step.done !== true && performance.now() < until) step = parts.next();
    if (step.done === true) return step.value;
    await nextTurn();
  }
}
