const BASE_MS = 500;
const MAX_BACKOFF_MS = 30_000;

/**
 * Exponential back-off with full jitter: uniform in [0, min(30 s, 0.5 s × 2^(attempt-1))].
 * Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015. `attempt` counts from 1; `random` is in [0, 1).
 */
export function backoffMs(attempt: number, random: () => number): number {
  return random() * Math.min(MAX_BACKOFF_MS, BASE_MS * 2 ** Math.max(0, attempt - 1));
}

/** How many calls may run at once, learned as they go. */
export interface Rate {
  concurrency(): number;
  succeeded(latencyMs: number): void;
  /** A 429 for a call that started at `startedAt` (ms). Calls of one burst halve it once. */
  limited(startedAt: number, now: number): void;
  setTarget(setting: number | 'auto'): void;
}

/** Calls that a server of which nothing is known is sent at once; half as many again where a number was set: who sets one means it. */
const START = 8;
const START_FIXED = 12;
const AUTO_MOST = 128;
const SMOOTHING = 0.2;
/** Samples before the latency is trusted. */
const WARM_UP = 8;
/** Latency this many times its best, plus a grain of timer noise, means the server is queueing. */
const QUEUEING_FACTOR = 2;
const NOISE_MS = 25;

/**
 * Additive increase, multiplicative decrease, with a slow start that doubles until the server first pushes
 * back (Chiu and Jain, 1989; TCP's slow start, RFC 5681). A fixed number is an upper bound: it is grown into, a 429
 * halves it, and it grows back.
 */
export function createRate(setting: number | 'auto'): Rate {
  let most = setting === 'auto' ? AUTO_MOST : Math.max(1, Math.floor(setting));
  let fixed = setting !== 'auto';
  let width = Math.min(fixed ? START_FIXED : START, most);
  let slowStart = true;
  let smoothed: number | null = null;
  let best = Number.POSITIVE_INFINITY;
  let samples = 0;
  let halvedAt = Number.NEGATIVE_INFINITY;

  function healthy(latencyMs: number): boolean {
    samples += 1;
    smoothed = smoothed === null ? latencyMs : smoothed + SMOOTHING * (latencyMs - smoothed);
    if (samples >= WARM_UP) best = Math.min(best, smoothed);
    return samples < WARM_UP || smoothed <= best * QUEUEING_FACTOR + NOISE_MS;
  }

  return {
    concurrency: () => Math.max(1, Math.floor(width)),
    succeeded(latencyMs) {
      // Who sets a number means it, however slow the server becomes.
      if (!healthy(latencyMs) && !fixed) {
        slowStart = false;
        return;
      }
      width = Math.min(most, width + (slowStart ? 1 : 1 / width));
    },
    limited(startedAt, now) {
      // A clock that was set back says nothing of which came first.
      if (startedAt <= halvedAt && halvedAt <= now) return;
      halvedAt = now;
      slowStart = false;
      width = Math.max(1, width / 2);
    },
    setTarget(next) {
      most = next === 'auto' ? AUTO_MOST : Math.max(1, Math.floor(next));
      fixed = next !== 'auto';
      width = Math.min(width, most);
      slowStart = true;
    },
  };
}
