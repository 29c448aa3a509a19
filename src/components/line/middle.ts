import { displayWidth, graphemesOf, truncateToWidth } from '../../domain/text/graphemes.ts';
import { safeLine } from './safe.ts';

/** Longer than any address or path that is worth reading to its end. */
const ENOUGH = 4_000;

/**
 * Untrusted text as one line of at most `width` columns, with its middle left out where it is too long: of an address
 * or a path both ends tell.
 */
export function safeMiddle(text: string, width: number, ellipsis = '…'): string {
  const clean = safeLine(text, ENOUGH, ellipsis);
  if (displayWidth(clean) <= width) return clean;
  const room = width - displayWidth(ellipsis);
  if (room < 2) return truncateToWidth(clean, width, ellipsis);
  const head = truncateToWidth(clean, Math.ceil(room / 2), '');
  return head + ellipsis + tailOf(clean, room - displayWidth(head));
}

/** The longest run of whole graphemes at the end of `text` that fits in `width` columns. */
function tailOf(text: string, width: number): string {
  let tail = '';
  for (const grapheme of graphemesOf(text).toReversed()) {
    if (displayWidth(grapheme + tail) > width) break;
    tail = grapheme + tail;
  }
  return tail;
}
