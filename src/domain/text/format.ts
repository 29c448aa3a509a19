import { once } from '../common/once.ts';

/** Figures in words, as every screen and command writes them. */

/** A format made with the first figure that needs it: it loads the language's tables, some 5 ms of a start. */
function lazyFormat(options: Intl.NumberFormatOptions): (value: number | bigint) => string {
  const format = once(() => new Intl.NumberFormat('en-US', options));
  return (value) => format().format(value);
}

const whole = lazyFormat({ maximumFractionDigits: 0 });
const exact = lazyFormat({ minimumFractionDigits: 2, maximumFractionDigits: 4 });

/** `1,296`. */
export const count = (value: number | bigint): string =>
  isAbsurd(value) ? Number(value).toExponential(2) : countOf(value);

/** Beyond what numbers count exactly: digits would say what nobody knows. */
const isAbsurd = (value: number | bigint): boolean =>
  typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER;

/** Whole numbers are grouped by hand: nearly all are, and the first frame would wait for the language's tables. */
const countOf = (value: number | bigint): string =>
  Number.isInteger(Number(value)) ? grouped(String(value)) : whole(value);

const grouped = (digits: string): string => digits.replace(/\B(?=(?:\d{3})+$)/g, ',');

/**
 * A positive number to its second decimal, by hand too. As the language's tables have it, it is rounded by the decimal that it is written as,
 * of which half goes up; `toFixed` goes by the binary fraction behind it.
 */
function cents(value: number): string {
  const [units = '', decimals = ''] = String(value).split('.');
  const hundredths = Number(decimals.slice(0, 2).padEnd(2, '0')) + ((decimals[2] ?? '') >= '5' ? 1 : 0);
  return hundredths === 100
    ? `${countOf(Number(units) + 1)}.00`
    : `${grouped(units)}.${String(hundredths).padStart(2, '0')}`;
}

/** `1 row`, `1,296 rows`. */
export const plural = (value: number | bigint, one: string, many = `${one}s`): string =>
  `${count(value)} ${Number(value) === 1 ? one : many}`;

/** Of a fraction from 0 to 1: `65%`; 100% only when it is done. */
export function percent(fraction: number): string {
  const share = Number.isFinite(fraction) ? Math.max(0, Math.min(1, fraction)) : 0;
  return `${share >= 1 ? 100 : Math.min(99, Math.floor(share * 100))}%`;
}

/** A fraction to a tenth of a percent: `85.1%`; a dash where there is none. Rounded, so not for progress. */
export const shareText = (fraction: number | null): string =>
  fraction === null ? '—' : `${(fraction * 100).toFixed(1)}%`;

/** A loss: `0.810`, from 10 on `12.3`; a dash where it was not measured. */
export function lossText(value: number | null): string {
  if (value === null) return '—';
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(3);
}

/** `79.6–89.3%`. */
export const shareRange = ({ low, high }: { readonly low: number; readonly high: number }): string =>
  `${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)}%`;

/** A p in three decimals: `p = 0.031`, `p < 0.001`; never nothing. */
export const pValue = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`);

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** How long something took, from milliseconds: `840 ms`, `4.2 s`, `3:07`, `1:02:05`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return clockTime(Math.round(milliseconds / 1000) * 1000).replace(/^0/, '');
}

/** A length of time in milliseconds, as a clock shows it: `00:19`, `12:05`, `1:02:03`. */
export function clockTime(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const hours = Math.floor(seconds / 3600);
  const rest = `${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** The time of day where the person is, of seconds since the epoch as the API dates things: `12:03:04`. */
export function timeOfDay(seconds: number): string {
  const date = new Date(seconds * 1000);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
}

/** The same with its day: `2026-11-30 12:03:04`. */
export function dateAndTime(seconds: number): string {
  if (seconds === 0) return '–';
  const date = new Date(seconds * 1000);
  const day = [date.getFullYear(), twoDigits(date.getMonth() + 1), twoDigits(date.getDate())].join('-');
  return `${day} ${timeOfDay(seconds)}`;
}

/** How long ago, in the largest unit: `12 s`, `3 min`, `2 h`, `5 d`. Both in milliseconds since the epoch. */
export function ageText(then: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - then) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

const UNITS = ['kB', 'MB', 'GB', 'TB'] as const;

/** A number of bytes in the unit that keeps it short: `812 B`, `1.2 kB`, `340 MB`; `–` where it is not known. Thousands, as providers count. */
export function byteSize(bytes: number | null): string {
  if (bytes === null) return '–';
  if (isAbsurd(bytes)) return `${bytes.toExponential(2)} B`;
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
  if (isAbsurd(usd)) return `$${usd.toExponential(2)}`;
  if (usd < 0.000001) return '<$0.000001';
  if (usd < 0.0995) return `$${usd.toFixed(Math.min(6, 1 - Math.floor(Math.log10(usd))))}`;
  return `$${cents(usd)}`;
}

/** US$ per million tokens, exact to four decimals, since prices are compared by them: `$0.0375`, `free`, `unknown`. */
export function tokenPrice(usd: number | null): string {
  if (usd === null) return 'unknown';
  if (usd === 0) return 'free';
  return `$${exact(usd)}`;
}

/** A word as a POSIX shell takes it for one. */
export const shellWord = (text: string): string =>
  /^[\w./~+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** YYYY-MM-DD, in UTC; `ms` since the epoch. */
export const isoDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** A text as a cell of a Markdown table: on one line, its bars escaped. */
export const tableCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
