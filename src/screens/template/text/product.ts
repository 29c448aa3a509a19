import { latticeSize } from '../../../domain/lattice/lattice.ts';
import type { Slot } from '../../../domain/template/types.ts';
import { count, plural } from '../../../domain/text/figures.ts';
import { displayWidth } from '../../../domain/text/graphemes.ts';

/** `1 cell`, `1,296 cells`; a number too long to read is told by its power of ten. */
export function cellCount(size: bigint): string {
  const digits = size.toString();
  if (digits.length > 15) return `about ${digits.slice(0, 1)}.${digits.slice(1, 3)}e${digits.length - 1} cells`;
  return plural(size, 'cell');
}

/** `6 × 6 × 6 × 6 = 1,296 cells`, or only the count where the factors do not fit in `width` columns. Counts nothing out. */
export function productText(slots: readonly Slot[], width: number, times = '×'): string {
  const total = cellCount(latticeSize(slots));
  if (slots.length === 0) return 'no slots, 1 cell';
  const whole = `${slots.map((slot) => count(slot.values.length)).join(` ${times} `)} = ${total}`;
  return displayWidth(whole) <= width ? whole : total;
}
