const FAST_MS = 250;
const SLOW_MS = 15_000;
const GROWTH = 1.6;

/** When to ask again: soon while things happen, ever later while nothing does. */
export interface Polling {
  /** Milliseconds to wait after a poll that found something new, or did not. */
  afterPoll(news: boolean): number;
  /** Milliseconds to wait after a poll that failed: full jitter, so that many watchers do not return at once. */
  afterFailure(retryAfterMs: number | null): number;
  /** Failures since the last poll that worked. */
  failures(): number;
}

export function createPolling(random: () => number): Polling {
  let delay = FAST_MS;
  let failures = 0;
  return {
    afterPoll(news) {
      failures = 0;
      delay = news ? FAST_MS : Math.round(Math.min(SLOW_MS, delay * GROWTH));
      return delay;
    },
    afterFailure(retryAfterMs) {
      failures += 1;
      const most = Math.min(SLOW_MS, FAST_MS * 2 ** failures);
      return Math.max(retryAfterMs ?? 0, FAST_MS / 2 + random() * most);
    },
    failures: () => failures,
  };
}
