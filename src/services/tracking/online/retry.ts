/** When a request is tried again, and how long after: W&B's own client's rules (core/internal/clients). */

const TRIES = 8;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;
/** A longer pause than this is told to the person rather than waited for. */
const LONGEST_ASKED_MS = 600_000;

const FINAL = new Set([400, 401, 403, 404, 409, 410, 413, 422, 501]);

/** Whether the same again may succeed. W&B answers 409 to `upsertBucket` while another one is at it. */
export function isPassing(status: number, retryConflict: boolean): boolean {
  if (status === 409) return retryConflict;
  return status >= 400 && !FINAL.has(status);
}

/**
 * Milliseconds until the next try; null when there is to be none. `tried` counts from 1, `retryAfter` is the header,
 * in seconds or a date.
 */
export function waitOf(
  tried: number,
  retryAfter: string | null,
  { random, now }: { readonly random: () => number; readonly now: () => number },
): number | null {
  if (tried >= TRIES) return null;
  const asked = askedFor(retryAfter, now);
  if (asked !== null) return asked > LONGEST_ASKED_MS ? null : asked;
  const jitter = 1 + 0.25 * random();
  return Math.min(LONGEST_WAIT_MS, Math.round(FIRST_WAIT_MS * 2 ** (tried - 1) * jitter));
}

function askedFor(retryAfter: string | null, now: () => number): number | null {
  if (retryAfter === null || retryAfter.trim() === '') return null;
  const seconds = Number(retryAfter);
  if (Number.isFinite(seconds)) return seconds < 0 ? null : seconds * 1_000;
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? null : Math.max(0, date - now());
}
