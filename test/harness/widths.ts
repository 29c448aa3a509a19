import type xterm from '@xterm/headless';
import stringWidth from 'string-width';

const ZERO_WIDTH_JOINER = 0x200d;
const EMOJI_STYLE = 0xfe0f;
const isRegional = (codePoint: number): boolean => codePoint >= 0x1f1e6 && codePoint <= 0x1f1ff;
const isSkinTone = (codePoint: number): boolean => codePoint >= 0x1f3fb && codePoint <= 0x1f3ff;

/** What of a character matters for the next one; xterm keeps it above the width and the join bit. */
const KIND = { plain: 0, joiner: 1, regional: 2 } as const;

const known = new Map<number, 0 | 1 | 2>();

function widthOf(codePoint: number): 0 | 1 | 2 {
  if (codePoint < 0x7f) return 1;
  const found = known.get(codePoint);
  if (found !== undefined) return found;
  const width = Math.min(2, stringWidth(String.fromCodePoint(codePoint)));
  const cells = width === 2 ? 2 : width === 1 ? 1 : 0;
  known.set(codePoint, cells);
  return cells;
}

const property = (kind: number, width: number, join: boolean): number => (kind << 3) | (width << 1) | (join ? 1 : 0);

/**
 * Cells as today's terminals count them: a grapheme cluster is one glyph. xterm's own table is Unicode 6, for which an
 * emoji is one cell and a family four, so that every border after one would seem out of place.
 */
export const graphemeWidths: xterm.IUnicodeVersionProvider = {
  version: 'graphemes',
  wcwidth: widthOf,
  charProperties: (codePoint, preceding) => {
    const before = (preceding >> 1) & 3;
    const kind = preceding >> 3;
    if (before > 0 && codePoint === ZERO_WIDTH_JOINER) return property(KIND.joiner, before, true);
    if (before > 0 && codePoint === EMOJI_STYLE) return property(KIND.plain, 2, true);
    if (before === 2 && isSkinTone(codePoint)) return property(KIND.plain, 2, true);
    if (isRegional(codePoint))
      return kind === KIND.regional ? property(KIND.plain, 2, true) : property(KIND.regional, 2, false);
    const width = widthOf(codePoint);
    if (kind === KIND.joiner && width === 2) return property(KIND.plain, 2, true);
    if (width === 0) return property(KIND.plain, before, before > 0);
    return property(KIND.plain, width, false);
  },
};
