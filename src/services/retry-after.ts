/**
 * How long a server wants to be left alone, in milliseconds, by its header `retry-after`: seconds, or an HTTP date
 * against `now` (RFC 9110, 10.2.3). Null when there is none, or none that can be read.
 */
export function retryAfterMs(header: string | null, now: number): number | null {
  const text = header?.trim() ?? '';
  if (text === '') return null;
  const seconds = Number(text);
  // Of a number below 0, Date.parse would make a year.
  if (Number.isFinite(seconds)) return seconds < 0 ? null : seconds * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

const TRIES = 8;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;
/** A longer pause than this is reported to the person rather than waited for. */
const LONGEST_PAUSE_MS = 600_000;

/**
 * Milliseconds until the next try of a call to a tracker, by the rules of W&B's own client; null when there is to be
 * none. `tried` counts from 1, `retryAfter` is the header, in seconds or a date.
 */
export function waitOf(
  tried: number,
  retryAfter: string | null,
  { random, now }: { readonly random: () => number; readonly now: () => number },
): number | null {
  if (tried >= TRIES) return null;
  const pauseMs = retryAfterMs(retryAfter, now());
  if (pauseMs !== null) return pauseMs > LONGEST_PAUSE_MS ? null : pauseMs;
  const jitter = 1 + 0.25 * random();
  return Math.min(LONGEST_WAIT_MS, Math.round(FIRST_WAIT_MS * 2 ** (tried - 1) * jitter));
}
