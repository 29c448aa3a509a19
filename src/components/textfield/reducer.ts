import { clusterEnd, clusterStart, clusterWidth } from '../editing/index.ts';

export interface Visible {
  readonly start: number;
  readonly end: number;
}

/** Columns between two boundaries. */
export function widthBetween(text: string, from: number, to: number): number {
  let used = 0;
  for (let at = from; at < to; ) {
    const end = clusterEnd(text, at);
    used += clusterWidth(text, at, end);
    at = end;
  }
  return used;
}

/**
 * What of a single line is visible in `width` columns: from `start` if the cursor is then in sight, else scrolled as
 * little as shows it. One column is kept for a cursor at the end.
 */
export function visiblePart(text: string, cursor: number, start: number, width: number): Visible {
  const room = Math.max(1, width - 1);
  let from = Math.min(start, cursor);
  if (from < cursor && (cursor - from > room * 8 || widthBetween(text, from, cursor) > room)) {
    from = cursor;
    let used = 0;
    while (from > 0) {
      const before = clusterStart(text, from);
      used += clusterWidth(text, before, from);
      if (used > room) break;
      from = before;
    }
  }
  let end = from;
  let used = 0;
  while (end < text.length) {
    const next = clusterEnd(text, end);
    used += clusterWidth(text, end, next);
    if (used > (next >= text.length && cursor < text.length ? width : room)) break;
    end = next;
  }
  return { start: from, end: Math.max(end, Math.min(cursor, text.length)) };
}
