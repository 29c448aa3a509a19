import { displayWidth } from '../../domain/text/graphemes.ts';

/** Joins parts into as few rows of `width` as hold them whole. */
export function packIntoRows(parts: readonly string[], width: number, gap: string): readonly string[] {
  const rows: string[] = [];
  for (const part of parts) {
    const last = rows.at(-1);
    const joined = last === undefined ? part : `${last}${gap}${part}`;
    if (last === undefined || displayWidth(joined) > width) rows.push(part);
    else rows[rows.length - 1] = joined;
  }
  return rows;
}
