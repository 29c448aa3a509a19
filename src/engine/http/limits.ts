import { ApiError } from './error.ts';

/** A token bucket that refills evenly over a minute. Time is given by the caller, in milliseconds. */
interface Bucket {
  readonly capacity: number;
  /** May go below zero: what an answer cost is only known afterwards. */
  level: number;
  updatedAt: number;
}

export const newBucket = (perMinute: number, now: number): Bucket => ({
  capacity: perMinute,
  level: perMinute,
  updatedAt: now,
});

export function refill(bucket: Bucket, now: number): void {
  const elapsed = Math.max(0, now - bucket.updatedAt);
  bucket.level = Math.min(bucket.capacity, bucket.level + (elapsed * bucket.capacity) / 60_000);
  bucket.updatedAt = now;
}

/** Milliseconds until `amount` may be taken; 0 when it may be taken now. */
export function waitFor(bucket: Bucket, amount: number): number {
  const short = amount - bucket.level;
  return short <= 0 ? 0 : Math.ceil((short * 60_000) / bucket.capacity);
}

/** A duration as OpenAI writes it in `x-ratelimit-reset-*`: `12ms`, `1.5s`, `1m30s`, `2h0m5s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.ceil(ms))}ms`;
  if (ms < 60_000) return `${Math.ceil(ms) / 1000}s`;
  const seconds = Math.ceil(ms / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return `${hours > 0 ? `${hours}h` : ''}${minutes}m${seconds % 60}s`;
}

/** What the headers state when no limit is enforced: a generous one, so that clients have figures to pace by. */
const NOMINAL_RPM = 10_000;
const NOMINAL_TPM = 2_000_000;

export interface RateLimiter {
  /** Takes one request and its prompt's tokens, or throws the 429. */
  admit(promptTokens: number): void;
  /** Takes the tokens of an answer, once they are known. */
  charge(completionTokens: number): void;
  headers(): Record<string, string>;
}

/** Limits of the whole server per minute; null counts but never refuses. */
export function createLimiter(rpm: number | null, tpm: number | null, now: () => number): RateLimiter {
  const requests = newBucket(rpm ?? NOMINAL_RPM, now());
  const tokens = newBucket(tpm ?? NOMINAL_TPM, now());
  const refillBoth = (): void => {
    const at = now();
    refill(requests, at);
    refill(tokens, at);
  };
  return {
    admit(promptTokens) {
      refillBoth();
      if (tpm !== null && promptTokens > tpm) throw tooLarge(tpm, promptTokens);
      if (rpm !== null) refuseWhenShort('requests', requests, 1);
      if (tpm !== null) refuseWhenShort('tokens', tokens, promptTokens);
      requests.level = Math.max(0, requests.level - 1);
      tokens.level -= promptTokens;
    },
    charge(completionTokens) {
      refillBoth();
      tokens.level -= completionTokens;
    },
    headers() {
      refillBoth();
      return { ...headersOf('requests', requests), ...headersOf('tokens', tokens) };
    },
  };
}

function headersOf(name: 'requests' | 'tokens', bucket: Bucket): Record<string, string> {
  return {
    [`x-ratelimit-limit-${name}`]: String(bucket.capacity),
    [`x-ratelimit-remaining-${name}`]: String(Math.max(0, Math.floor(bucket.level))),
    [`x-ratelimit-reset-${name}`]: formatDuration(waitFor(bucket, bucket.capacity)),
  };
}

function refuseWhenShort(name: 'requests' | 'tokens', bucket: Bucket, amount: number): void {
  const wait = waitFor(bucket, amount);
  if (wait === 0) return;
  const used = Math.min(bucket.capacity, Math.ceil(bucket.capacity - bucket.level));
  throw new ApiError(
    429,
    `Rate limit reached on ${name} per min: Limit ${bucket.capacity}, Used ${used}, Requested ${amount}. ` +
      `Please try again in ${formatDuration(wait)}.`,
    { type: name, code: 'rate_limit_exceeded', retryAfterMs: wait },
  );
}

function tooLarge(limit: number, requested: number): ApiError {
  return new ApiError(
    429,
    `Request too large on tokens per min: Limit ${limit}, Requested ${requested}. The prompt must be shorter to be answered.`,
    { type: 'tokens', code: 'rate_limit_exceeded' },
  );
}
