/** A token bucket that refills evenly over a minute. Time is given by the caller, in milliseconds. */
export interface Bucket {
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
