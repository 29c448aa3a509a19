export interface Bar {
  readonly label: string;
  readonly value: number;
}

/** Counts of `values` in `bins` steps of equal width between their least and greatest; empty without a finite value. */
export function binned(
  values: readonly number[],
  bins: number,
): readonly (Bar & { readonly from: number; readonly to: number })[] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [];
  const low = finite.reduce((a, b) => Math.min(a, b));
  const high = finite.reduce((a, b) => Math.max(a, b));
  if (low === high) return [{ label: `${low}`, value: finite.length, from: low, to: high }];
  const count = Math.max(1, Math.floor(bins));
  const step = (high - low) / count;
  const counts = Array.from({ length: count }, () => 0);
  for (const value of finite) {
    const bin = Math.min(count - 1, Math.floor((value - low) / step));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((value, bin) => {
    const from = low + bin * step;
    const to = bin === count - 1 ? high : low + (bin + 1) * step;
    return { label: `${Math.round(from)}-${Math.round(to)}`, value, from, to };
  });
}

/** Columns of each bar, the greatest value `room` wide; anything above zero is at least one column. */
export function barLengths(values: readonly number[], room: number): readonly number[] {
  const greatest = values.reduce((found, value) => (Number.isFinite(value) ? Math.max(found, value) : found), 0);
  return values.map((value) => {
    if (!Number.isFinite(value) || value <= 0 || greatest <= 0 || room <= 0) return 0;
    return Math.max(1, Math.round((value / greatest) * room));
  });
}
