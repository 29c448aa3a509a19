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

/**
 * Untrusted text as one line of at most `width` columns, with its middle left out where it is too long: of an address,
 * a name, a path or a combination both ends matter. Reads only as much of both ends of a huge text as could be shown.
 */
export function safeMiddle(text: string, width: number, ellipsis = '…'): string {
  if (width <= 0) return '';
  const enough = width * 16 + 256;
  const isHuge = text.length > 2 * enough;
  const whole = sanitizeLine(isHuge ? text.slice(0, enough) : text);
  if (!isHuge && displayWidth(whole) <= width) return whole;
  const room = width - displayWidth(ellipsis);
  if (room < 2) return truncateToWidth(whole, width, ellipsis);
  const head = truncateToWidth(whole, Math.ceil(room / 2), '');
  const end = sanitizeLine((isHuge ? text : whole).slice(-enough));
  // A space after the ellipsis would look as if the text ended there.
  return head + ellipsis + tailOf(end, room - displayWidth(head)).trimStart();
}

/**
 * Names as one line, `a, b, c`, of at most `width` columns: where they are too long together, the longest of them lose their
 * middles, and none its place. Their separators alone may be more than there is room for: the line is then cut as one.
 */
export function safeNames(names: readonly string[], width: number, ellipsis = '…'): string {
  const clean = names.map((name) => sanitizeLine(name));
  const line = clean.join(SEPARATOR);
  const widths = clean.map(displayWidth);
  const room = width - SEPARATOR.length * Math.max(0, names.length - 1);
  if (widths.reduce((sum, one) => sum + one, 0) <= room) return line;
  let most = Math.max(0, ...widths);
  const taken = (): number => widths.reduce((sum, one) => sum + Math.min(one, most), 0);
  while (most > LEAST_NAME && taken() > room) most -= 1;
  if (taken() > room) return safeMiddle(line, width, ellipsis);
  return clean.map((name) => safeMiddle(name, most, ellipsis)).join(SEPARATOR);
}

const SEPARATOR = ', ';
/** Columns of a name of which both ends can still be told. */
const LEAST_NAME = 7;

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
  /** Where it loses what is too long: its end by default; names, ids, paths and combinations differ at theirs. */
  readonly cut?: 'end' | 'middle';
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
  cut = 'end',
  tone = 'plain',
  bold = false,
  fill = false,
  align = 'left',
}: LineProps): ReactNode {
  const theme = useTheme();
  const line = (cut === 'middle' ? safeMiddle : safeLine)(text, width, theme.symbols.ellipsis);
  const space = ' '.repeat(Math.max(0, width - displayWidth(line)));
  const shown = align === 'right' ? space + line : fill ? line + space : line;
  const style = theme.tone(tone);
  return (
    <Text {...style} bold={bold || (style.bold ?? false)} wrap="truncate-end">
      {shown}
    </Text>
  );
}
