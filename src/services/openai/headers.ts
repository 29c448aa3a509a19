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

/** A count of seconds since the epoch that is a time and no length of time; of milliseconds from a thousand times that on. */
const EPOCH_S = 1e9;
const EPOCH_MS = 1e12;

/** Milliseconds until a limit is whole again: a duration, or a time, as Anthropic (RFC 3339) and GitHub-like gateways (epoch) send it. */
function parseReset(text: string | null, now: number): number | null {
  const number = Number(text?.trim() || Number.NaN);
  if (number >= EPOCH_MS) return Math.max(0, number - now);
  if (number >= EPOCH_S) return Math.max(0, number * 1000 - now);
  const duration = parseDuration(text);
  if (duration !== null || text === null || !/^\d{4}-\d\d-\d\dT/.test(text.trim())) return duration;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

const namesBy = (fact: string, unit: string) => [`x-ratelimit-${fact}-${unit}`, `anthropic-ratelimit-${unit}-${fact}`];

/**
 * The names a fact of a limit goes by: OpenAI's, which Azure, Groq, Together and Nebius have too; Anthropic's; and, for calls, those of
 * gateways that know one limit (draft-ietf-httpapi-ratelimit-headers).
 */
const namesOf = (fact: string) => ({
  requests: [...namesBy(fact, 'requests'), `x-ratelimit-${fact}`, `ratelimit-${fact}`],
  tokens: namesBy(fact, 'tokens'),
});
const NAMES = { limit: namesOf('limit'), remaining: namesOf('remaining'), reset: namesOf('reset') };

/**
 * What headers state of the limits, and whether the call was over one that moves (`x-ratelimit-over-limit: yes`, Nebius); null when the
 * server sent nothing of it. `now` is in milliseconds since the epoch.
 */
export function readRateLimits(header: HeaderReader, now: number): RateLimits | null {
  const read = (names: readonly string[]): string | null => {
    const name = names.find((one) => header(one) !== null);
    return name === undefined ? null : header(name);
  };
  const count = (names: readonly string[]): number | null => {
    const text = read(names)?.trim();
    return text !== undefined && /^\d{1,15}(?:\.\d+)?$/.test(text) ? Number(text) : null;
  };
  const limits: RateLimits = {
    limitRequests: count(NAMES.limit.requests),
    remainingRequests: count(NAMES.remaining.requests),
    resetRequestsMs: parseReset(read(NAMES.reset.requests), now),
    limitTokens: count(NAMES.limit.tokens),
    remainingTokens: count(NAMES.remaining.tokens),
    resetTokensMs: parseReset(read(NAMES.reset.tokens), now),
  };
  const over = /^(?:yes|true|1)$/i.test(header('x-ratelimit-over-limit')?.trim() ?? '');
  if (over) return { ...limits, overLimit: true };
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
