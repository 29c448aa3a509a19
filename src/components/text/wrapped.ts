import { sanitizeText } from '../../domain/text/sanitize.ts';
import { readingRows } from '../editing/text-layout.ts';

/** A text made safe, in lines of at most `width` columns. */
export function wrapped(text: string, width: number): readonly string[] {
  const safe = sanitizeText(text);
  return readingRows(safe, width).map(({ start, end }) => safe.slice(start, end));
}
