/** US$ in words: `$12.50`, below ten cents two significant digits (`$0.0042`), `$0.00` for nothing, `unknown` for null. */
export function formatUsd(usd: number | null): string {
  if (usd === null || !Number.isFinite(usd)) return 'unknown';
  if (usd === 0) return '$0.00';
  if (usd < 0) return `-${formatUsd(-usd)}`;
  if (usd < 0.000001) return '<$0.000001';
  if (usd < 0.0995) return `$${usd.toFixed(Math.min(6, 1 - Math.floor(Math.log10(usd))))}`;
  return `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}
