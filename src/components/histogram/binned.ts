import type { HistogramBar } from './view.tsx';

/**
 * Counts of `values` in `bins` steps of equal width between their least and greatest, for a distribution such as
 * tokens a row; empty without a finite value, one bar when all are the same.
 */
export function binned(values: readonly number[], bins: number): readonly HistogramBar[] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [];
  const low = finite.reduce((a, b) => Math.min(a, b));
  const high = finite.reduce((a, b) => Math.max(a, b));
  if (low === high) return [{ label: String(Math.round(low)), count: finite.length }];
  const steps = Math.max(1, Math.floor(bins));
  const step = high / steps - low / steps;
  const counts = Array.from({ length: steps }, () => 0);
  for (const value of finite) {
    // Halved, so that no distance overflows; two ends too near to be told apart share the first bin.
    const share = (value / 2 - low / 2) / (high / 2 - low / 2);
    const bin = Number.isFinite(share) ? Math.min(steps - 1, Math.floor(share * steps)) : 0;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((count, bin) => {
    const to = bin === steps - 1 ? high : low + (bin + 1) * step;
    return { label: `${Math.round(low + bin * step)}-${Math.round(to)}`, count };
  });
}
