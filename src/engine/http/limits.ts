import { type Bucket, formatDuration, newBucket, refill, waitFor } from './bucket.ts';
import { ApiError } from './error.ts';

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
