import type { TokenSummary } from './report.ts';

/**
 * The percentile by nearest rank: the smallest of the values that at least `percent` per cent of them do not exceed.
 * It is always a value that occurs. `sorted` ascends; 0 when it is empty.
 */
export function percentile(sorted: readonly number[], percent: number): number {
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? 0;
}

/** Smallest, largest, mean, total, and the 5th, 50th and 95th percentile by nearest rank; zeros for no values. */
export function summarise(values: readonly number[]): TokenSummary {
  const sorted = values.toSorted((a, b) => a - b);
  const total = sorted.reduce((sum, value) => sum + value, 0);
  return {
    min: sorted[0] ?? 0,
    p5: percentile(sorted, 5),
    p50: percentile(sorted, 50),
    p95: percentile(sorted, 95),
    max: sorted.at(-1) ?? 0,
    mean: sorted.length === 0 ? 0 : total / sorted.length,
    total,
  };
}
