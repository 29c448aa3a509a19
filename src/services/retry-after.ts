/**
 * How long a server wants to be left alone, in milliseconds, by its header `retry-after`: seconds, or an HTTP date
 * against `now` (RFC 9110, 10.2.3). Null when there is none, or none that can be read.
 */
export function retryAfterMs(header: string | null, now: number): number | null {
  const text = header?.trim() ?? '';
  if (text === '') return null;
  const seconds = Number(text);
  // Of a number below 0, Date.parse would make a year.
  if (Number.isFinite(seconds)) return seconds < 0 ? null : seconds * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
