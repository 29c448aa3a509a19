/** Figures in words, as every screen and command writes them. */

let formatter: Intl.NumberFormat | null = null;

/** Made with the first figure that has thousands to part: it loads the language's tables, some 5 ms of a start. */
function whole(): Intl.NumberFormat {
  formatter ??= new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
  return formatter;
}

/** `1,296`. */
export const count = (value: number | bigint): string =>
  Number.isInteger(Number(value)) && Math.abs(Number(value)) < 1000 ? String(value) : whole().format(value);

/** `1 row`, `1,296 rows`. */
export const plural = (value: number | bigint, one: string, many = `${one}s`): string =>
  `${count(value)} ${Number(value) === 1 ? one : many}`;

/** Of a fraction from 0 to 1: `65%`; 100% only when it is done. */
export function percent(fraction: number): string {
  const share = Number.isFinite(fraction) ? Math.max(0, Math.min(1, fraction)) : 0;
  return `${share >= 1 ? 100 : Math.min(99, Math.floor(share * 100))}%`;
}

/** A length of time in milliseconds, as a clock shows it: `00:19`, `12:05`, `1:02:03`. */
export function clockTime(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

const UNITS = ['kB', 'MB', 'GB', 'TB'] as const;

/** A number of bytes in the unit that keeps it short: `812 B`, `1.2 kB`, `340 MB`. Thousands, as providers count. */
export function byteSize(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  let value = bytes;
  let unit = '';
  for (const next of UNITS) {
    // What would be rounded up to a thousand of a unit is one of the next.
    if (value < 999.5) break;
    value /= 1000;
    unit = next;
  }
  return `${value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${unit}`;
}

/** US$ in words: `$12.50`, below ten cents two significant digits (`$0.0042`), `$0.00` for nothing, `unknown` for null. */
export function formatUsd(usd: number | null): string {
  if (usd === null || !Number.isFinite(usd)) return 'unknown';
  if (usd === 0) return '$0.00';
  if (usd < 0) return `-${formatUsd(-usd)}`;
  if (usd < 0.000001) return '<$0.000001';
  if (usd < 0.0995) return `$${usd.toFixed(Math.min(6, 1 - Math.floor(Math.log10(usd))))}`;
  return `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}
