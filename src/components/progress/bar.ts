export interface BarSigns {
  readonly barFull: string;
  readonly barEmpty: string;
}

/** A bar of exactly `width` columns. Full only when it is done: 99.9% leaves one column open. */
export function bar(fraction: number, width: number, signs: BarSigns): string {
  const columns = Math.max(0, Math.floor(width));
  const share = Number.isFinite(fraction) ? Math.max(0, Math.min(1, fraction)) : 0;
  const full = share >= 1 ? columns : Math.min(Math.floor(share * columns), Math.max(0, columns - 1));
  return signs.barFull.repeat(full) + signs.barEmpty.repeat(columns - full);
}

/** `65%`; 100% only when it is done. */
export function percent(fraction: number): string {
  const share = Number.isFinite(fraction) ? Math.max(0, Math.min(1, fraction)) : 0;
  return `${share >= 1 ? 100 : Math.min(99, Math.floor(share * 100))}%`;
}
