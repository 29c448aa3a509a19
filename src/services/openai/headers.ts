import type { RateLimits } from '../../domain/chat/types.ts';
import type { HeaderReader } from '../http/transport.ts';
import { retryAfterMs } from '../retry-after.ts';

export type { HeaderReader };

const UNIT_MS: Readonly<Record<string, number>> = {
  us: 0.001,
  µs: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const DURATION = /^(?:\d+(?:\.\d+)?(?:us|µs|ms|s|m|h|d))+$/;
const PART = /(\d+(?:\.\d+)?)(us|µs|ms|s|m|h|d)/g;

/** Milliseconds of `12ms`, `1m30s`, `6m0s`; a bare number is seconds. Null when it is neither. */
export function parseDuration(text: string | null): number | null {
  const trimmed = text?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(trimmed)) return Number(trimmed) * 1000;
  if (!DURATION.test(trimmed)) return null;
  return [...trimmed.matchAll(PART)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS[unit ?? ''] ?? 0),
    0,
  );
}

/** `x-ratelimit-*`; null when the server sent none of them. */
export function readRateLimits(header: HeaderReader): RateLimits | null {
  const count = (name: string): number | null => {
    const text = header(`x-ratelimit-${name}`)?.trim();
    return text !== undefined && /^\d{1,15}(?:\.\d+)?$/.test(text) ? Number(text) : null;
  };
  const limits: RateLimits = {
    limitRequests: count('limit-requests'),
    remainingRequests: count('remaining-requests'),
    resetRequestsMs: parseDuration(header('x-ratelimit-reset-requests')),
    limitTokens: count('limit-tokens'),
    remainingTokens: count('remaining-tokens'),
    resetTokensMs: parseDuration(header('x-ratelimit-reset-tokens')),
  };
  return Object.values(limits).every((value) => value === null) ? null : limits;
}

/**
 * How long the server wants to be left alone, in milliseconds: `retry-after-ms`, which is OpenAI's, then `retry-after`.
 * Null when neither can be read.
 */
export function readRetryAfter(header: HeaderReader, now: number): number | null {
  const exact = header('retry-after-ms')?.trim();
  if (exact !== undefined && /^\d+(?:\.\d+)?$/.test(exact)) return Number(exact);
  return retryAfterMs(header('retry-after'), now);
}
