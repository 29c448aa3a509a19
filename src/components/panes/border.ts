import { displayWidth, truncateToWidth } from '../../domain/text/graphemes.ts';
import { sanitizeLine } from '../../domain/text/sanitize.ts';
import type { Symbols } from '../../theme/index.ts';

interface Corners {
  readonly left: string;
  readonly right: string;
  readonly line: string;
}

const TOPS: Readonly<Record<Symbols['border'] | Symbols['borderFocus'], Corners>> = {
  round: { left: '╭', right: '╮', line: '─' },
  bold: { left: '┏', right: '┓', line: '━' },
  double: { left: '╔', right: '╗', line: '═' },
  classic: { left: '+', right: '+', line: '-' },
};

/** The upper border with the title in it, in exactly `width` columns. */
export function topBorder(title: string, style: keyof typeof TOPS, width: number, ellipsis: string): string {
  const { left, right, line } = TOPS[style];
  if (width < 2) return line.repeat(Math.max(0, width));
  const room = width - 6;
  const clean = room < 1 ? '' : truncateToWidth(sanitizeLine(title), room, ellipsis);
  const label = clean === '' ? '' : `${line} ${clean} `;
  return left + label + line.repeat(Math.max(0, width - 2 - displayWidth(label))) + right;
}
