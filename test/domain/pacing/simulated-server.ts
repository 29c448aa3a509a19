import type { RateLimits } from '../../../src/domain/chat/types.ts';

export interface SimulatedLimit {
  readonly perMinute: number;
  /** Seconds of the limit that may be taken at once. */
  readonly burstS: number;
}

export interface SimulatedServer {
  readonly calls?: SimulatedLimit;
  readonly tokens?: SimulatedLimit;
  /** What is stated to remain: what is in the bucket, or what a minute would have left, whatever the bucket holds. */
  readonly headers?: 'level' | 'minute';
  readonly retryAfter?: 'ms' | 's';
  readonly latencyMs: readonly [number, number];
}

class Bucket {
  readonly limit: SimulatedLimit;
  perMs: number;
  level: number;
  taken = 0;
  private readonly capacity: number;
  private at = 0;

  constructor(limit: SimulatedLimit) {
    this.limit = limit;
    this.perMs = limit.perMinute / 60_000;
    this.capacity = Math.max(1, this.perMs * 1000 * limit.burstS);
    this.level = this.capacity;
  }

  refill(now: number): void {
    this.level = Math.min(this.capacity, this.level + (now - this.at) * this.perMs);
    this.at = now;
  }

  take(units: number): void {
    this.level -= units;
    this.taken += units;
  }

  shortMs(units: number): number {
    return Math.max(0, units - this.level) / this.perMs;
  }

  stated(headers: 'level' | 'minute') {
    const left = headers === 'level' ? this.level : this.limit.perMinute - (this.capacity - this.level);
    return {
      limit: this.limit.perMinute,
      remaining: Math.max(0, Math.floor(left)),
      resetMs: Math.ceil((this.capacity - this.level) / this.perMs),
    };
  }
}

const NOTHING = { limit: null, remaining: null, resetMs: null };

/** A server's token buckets: the prompt is taken when a call comes, the answer when it is given. */
export class SimulatedLimits {
  readonly calls: Bucket | null;
  readonly tokens: Bucket | null;
  private readonly server: SimulatedServer;

  constructor(server: SimulatedServer) {
    this.server = server;
    this.calls = server.calls === undefined ? null : new Bucket(server.calls);
    this.tokens = server.tokens === undefined ? null : new Bucket(server.tokens);
  }

  /** Takes the call, or says in how many milliseconds it would be taken. */
  admit(now: number, prompt: number): number | null {
    this.calls?.refill(now);
    this.tokens?.refill(now);
    const shortMs = Math.max(this.calls?.shortMs(1) ?? 0, this.tokens?.shortMs(prompt) ?? 0);
    if (shortMs > 0) return Math.ceil(shortMs);
    this.calls?.take(1);
    this.tokens?.take(prompt);
    return null;
  }

  charge(now: number, completion: number): void {
    this.calls?.refill(now);
    this.tokens?.refill(now);
    this.tokens?.take(completion);
  }

  /** From now on so many times as much is let through. */
  move(now: number, times: number): void {
    for (const bucket of [this.calls, this.tokens]) {
      bucket?.refill(now);
      if (bucket !== null) bucket.perMs *= times;
    }
  }

  retryAfterMs(waitMs: number): number | null {
    if (this.server.retryAfter === undefined) return null;
    return this.server.retryAfter === 'ms' ? waitMs : Math.ceil(waitMs / 1000) * 1000;
  }

  headers(): RateLimits | null {
    const { headers } = this.server;
    if (headers === undefined) return null;
    const calls = this.calls?.stated(headers) ?? NOTHING;
    const tokens = this.tokens?.stated(headers) ?? NOTHING;
    return {
      limitRequests: calls.limit,
      remainingRequests: calls.remaining,
      resetRequestsMs: calls.resetMs,
      limitTokens: tokens.limit,
      remainingTokens: tokens.remaining,
      resetTokensMs: tokens.resetMs,
    };
  }
}
