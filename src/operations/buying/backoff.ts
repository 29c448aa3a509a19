const BASE_MS = 500;
const MOST_MS = 30_000;

/**
 * Exponential back-off with full jitter: uniform in [0, min(30 s, 0.5 s × 2^(attempt-1))].
 * Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015. `attempt` counts from 1; `random` is in [0, 1).
 */
export function backoffMs(attempt: number, random: () => number): number {
  return random() * Math.min(MOST_MS, BASE_MS * 2 ** Math.max(0, attempt - 1));
}
