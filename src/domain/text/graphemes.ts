import stringWidth from 'string-width';
import { segmentGraphemes } from './segmenter.ts';

/**
 * Text as a person counts it: by grapheme clusters (Unicode TR 29), each one or two terminal columns wide.
 * Everything here is linear in what is shown, not in the text, so a line of 100 kB costs what its first 80 columns do.
 */

const ASCII = /^[\x20-\x7e]*$/;

/** The grapheme clusters of `text`, in order. */
export function graphemesOf(text: string): readonly string[] {
  if (ASCII.test(text)) return text.split('');
  return Array.from(segmentGraphemes(text), (part) => part.segment);
}

/** Terminal columns of one line of text. */
export function displayWidth(text: string): number {
  return ASCII.test(text) ? text.length : stringWidth(text);
}

/** The longest run of whole graphemes from the start of `text` that fits in `width` columns. */
function takeWidth(text: string, width: number): { readonly text: string; readonly width: number } {
  // The sign after the cut is looked at too: it may belong to the last one before it.
  const head = text.slice(0, width + 1);
  if (ASCII.test(head)) return { text: head.slice(0, width), width: Math.min(head.length, width) };
  let used = 0;
  let end = 0;
  for (const part of segmentGraphemes(text)) {
    const columns = displayWidth(part.segment);
    if (used + columns > width) break;
    used += columns;
    end = part.index + part.segment.length;
  }
  return { text: text.slice(0, end), width: used };
}

/**
 * `text` in at most `width` columns. What does not fit is cut at a grapheme and marked with `ellipsis`, which is
 * left out where it would not fit itself.
 */
export function truncateToWidth(text: string, width: number, ellipsis = '…'): string {
  if (width <= 0) return '';
  if (text.length <= width && ASCII.test(text)) return text;
  const whole = takeWidth(text, width);
  if (whole.text.length === text.length) return text;
  const room = width - displayWidth(ellipsis);
  return room < 0 ? whole.text : takeWidth(whole.text, room).text + ellipsis;
}

/** `text` in exactly `width` columns: padded with spaces, or truncated as `truncateToWidth` does. */
export function padToWidth(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const cut = truncateToWidth(text, width);
  const space = ' '.repeat(Math.max(0, width - displayWidth(cut)));
  return align === 'left' ? cut + space : space + cut;
}
