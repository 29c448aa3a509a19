import { Text } from 'ink';
import type { ReactNode } from 'react';
import { displayWidth, graphemesOf, truncateToWidth } from '../../domain/text/graphemes.ts';
import { sanitizeLine } from '../../domain/text/sanitize.ts';
import { useTheme } from '../../theme/theme.tsx';
import type { Tone } from '../../theme/themes.ts';

/** Untrusted text as one line of at most `width` columns. Reads only as much of a huge text as could be shown. */
export function safeLine(text: string, width: number, ellipsis = '…'): string {
  if (width <= 0) return '';
  const enough = width * 16 + 256;
  const clean = sanitizeLine(text.length > enough ? text.slice(0, enough) : text);
  return truncateToWidth(clean, width, ellipsis);
}

/** Longer than any address or path that is worth reading to its end. */
const MAX_CHARACTERS = 4_000;

/**
 * Untrusted text as one line of at most `width` columns, with its middle left out where it is too long: of an address
 * or a path both ends matter.
 */
export function safeMiddle(text: string, width: number, ellipsis = '…'): string {
  const clean = safeLine(text, MAX_CHARACTERS, ellipsis);
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

export interface LineProps {
  /** Any text, trusted or not: it is made safe, put on one row and cut with an ellipsis. */
  readonly text: string;
  /** Columns at most. */
  readonly width: number;
  readonly tone?: Tone;
  readonly bold?: boolean;
  /** Fills up to `width` with spaces, so that a background or inverse reaches the edge. */
  readonly fill?: boolean;
  readonly align?: 'left' | 'right';
}

/** One row of text that never wraps and never leaves its width. */
export function Line({
  text,
  width,
  tone = 'plain',
  bold = false,
  fill = false,
  align = 'left',
}: LineProps): ReactNode {
  const theme = useTheme();
  const cut = safeLine(text, width, theme.symbols.ellipsis);
  const space = ' '.repeat(Math.max(0, width - displayWidth(cut)));
  const shown = align === 'right' ? space + cut : fill ? cut + space : cut;
  const style = theme.tone(tone);
  return (
    <Text {...style} bold={bold || (style.bold ?? false)} wrap="truncate-end">
      {shown}
    </Text>
  );
}
