import type { RateLimits } from '../../domain/chat/types.ts';

/** A server that says it is full for longer is asked again after this. */
const MOST_MS = 60_000;

/**
 * Milliseconds to let pass before the next call, from the `x-ratelimit-*` headers of the last answer; 0 to go on.
 * Waits for the reset when no request is left, or fewer tokens than a call takes (`tokensPerCall`).
 */
export function holdFor(limits: RateLimits, tokensPerCall: number): number {
  const requests = limits.remainingRequests === 0 ? (limits.resetRequestsMs ?? 0) : 0;
  const starved = limits.remainingTokens !== null && limits.remainingTokens < tokensPerCall;
  const tokens = starved ? (limits.resetTokensMs ?? 0) : 0;
  return Math.min(MOST_MS, Math.max(requests, tokens));
}
