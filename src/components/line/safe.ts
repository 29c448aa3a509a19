import { truncateToWidth } from '../../domain/text/graphemes.ts';
import { sanitizeLine } from '../../domain/text/sanitize.ts';

/** Untrusted text as one line of at most `width` columns. Reads only as much of a huge text as could be shown. */
export function safeLine(text: string, width: number, ellipsis = '…'): string {
  if (width <= 0) return '';
  const enough = width * 16 + 256;
  const clean = sanitizeLine(text.length > enough ? text.slice(0, enough) : text);
  return truncateToWidth(clean, width, ellipsis);
}
