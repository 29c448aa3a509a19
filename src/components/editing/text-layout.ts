import type { Tone } from '../../theme/themes.ts';
import { clusterEnd, clusterEnds, clusterWidth, drawableCluster } from './clusters.ts';

/** One row on screen: offsets into the whole text, `end` exclusive and before a line end. */
export interface TextRow {
  readonly start: number;
  readonly end: number;
}

const CACHE_LIMIT = 400;
const breaks = new Map<string, readonly number[]>();

/** Where the rows of one paragraph start, first always 0. Wrapped after spaces, inside a word only when it is too wide. */
function breaksOf(paragraph: string, width: number): readonly number[] {
  if (paragraph.length * 2 <= width) return [0];
  const key = `${width}:${paragraph}`;
  const known = breaks.get(key);
  if (known !== undefined) return known;
  const made = wrap(paragraph, width);
  if (breaks.size >= CACHE_LIMIT) {
    const oldest = breaks.keys().next();
    if (oldest.done !== true) breaks.delete(oldest.value);
  }
  breaks.set(key, made);
  return made;
}

const SIMPLE = /^[\x20-\x7e\u4e00-\u9fff\u3041-\u3096]*$/;

function* oneByOne(length: number): Generator<number> {
  for (let end = 1; end <= length; end++) yield end;
}

function wrap(paragraph: string, width: number): readonly number[] {
  const starts = [0];
  let rowStart = 0;
  let used = 0;
  let afterSpace = 0;
  let usedAfterSpace = 0;
  let at = 0;
  const breakAt = (start: number, left: number): void => {
    starts.push(start);
    rowStart = start;
    used = left;
    afterSpace = start;
    usedAfterSpace = 0;
  };
  for (const end of SIMPLE.test(paragraph) ? oneByOne(paragraph.length) : clusterEnds(paragraph)) {
    const columns = clusterWidth(paragraph, at, end);
    if (used + columns > width && afterSpace > rowStart) breakAt(afterSpace, used - usedAfterSpace);
    if (used + columns > width && at > rowStart) breakAt(at, 0);
    used += columns;
    if (paragraph.charCodeAt(at) === 0x20) {
      afterSpace = end;
      usedAfterSpace = used;
    }
    at = end;
  }
  return starts;
}

/** All rows of `text` wrapped softly to `width` columns; at least one, and an empty one for each empty line. */
export function layoutText(text: string, width: number): readonly TextRow[] {
  const columns = Math.max(2, width);
  const rows: TextRow[] = [];
  let start = 0;
  for (const paragraph of text.split('\n')) {
    const starts = breaksOf(paragraph, columns);
    for (let index = 0; index < starts.length; index++) {
      const from = starts[index] ?? 0;
      rows.push({ start: start + from, end: start + (starts[index + 1] ?? paragraph.length) });
    }
    start += paragraph.length + 1;
  }
  return rows;
}

/** As `layoutText`, for a text that is read and not edited: a space where a row is broken belongs to no row. */
export function readingRows(text: string, width: number): readonly TextRow[] {
  return layoutText(text, width).flatMap((row) => {
    const isRest = row.start > 0 && text[row.start - 1] !== '\n';
    if (!isRest || text[row.start] !== ' ') return [row];
    let start = row.start;
    while (start < row.end && text[start] === ' ') start += 1;
    return start === row.end ? [] : [{ start, end: row.end }];
  });
}

/** The index of the row that shows `offset`; where one row ends and the next begins, the next. */
export function rowOf(rows: readonly TextRow[], offset: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((rows[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Columns between the start of the row and `offset`. */
export function columnOf(text: string, row: TextRow, offset: number): number {
  let column = 0;
  for (let at = row.start; at < offset && at < row.end; ) {
    const end = clusterEnd(text, at);
    column += clusterWidth(text, at, end);
    at = end;
  }
  return column;
}

/** The boundary in `row` nearest to `column` from the left. `last` says that no row of the same paragraph follows. */
export function offsetAt(text: string, row: TextRow, column: number, last: boolean): number {
  let at = row.start;
  let used = 0;
  while (at < row.end) {
    const end = clusterEnd(text, at);
    used += clusterWidth(text, at, end);
    if (used > column || (end >= row.end && !last)) break;
    at = end;
  }
  return at;
}

/** The text from `start` to `end` as it may be drawn. */
export function drawnSlice(text: string, start: number, end: number): string {
  const slice = text.slice(start, end);
  if (/^[\x20-\x7e]*$/.test(slice)) return slice;
  let result = '';
  // Walked in the slice: to find a cluster in a text costs as much as the text is long.
  for (let at = 0; at < slice.length; ) {
    const next = clusterEnd(slice, at);
    result += drawableCluster(slice.slice(at, next)).text;
    at = next;
  }
  return result;
}

/** A stretch of the text with a look of its own; offsets in UTF-16 units, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly tone: Tone;
}

export interface StyledPiece {
  readonly start: number;
  readonly end: number;
  readonly tone: Tone | null;
  readonly cursor: boolean;
}

/** Cuts `start`..`end` into pieces that look the same all over. `spans` are in order and do not overlap. */
export function cutPieces(
  start: number,
  end: number,
  spans: readonly Span[],
  cursor: { readonly start: number; readonly end: number } | null,
): readonly StyledPiece[] {
  const near = spans.filter((span) => span.end > start && span.start < end);
  const cuts = new Set([start, end]);
  for (const at of near.flatMap((span) => [span.start, span.end])) if (at > start && at < end) cuts.add(at);
  if (cursor !== null) for (const at of [cursor.start, cursor.end]) if (at > start && at < end) cuts.add(at);
  const edges = [...cuts].sort((a, b) => a - b);
  return edges.slice(0, -1).map((from, index) => ({
    start: from,
    end: edges[index + 1] ?? end,
    tone: near.find((span) => span.start <= from && span.end > from)?.tone ?? null,
    cursor: cursor !== null && from >= cursor.start && from < cursor.end,
  }));
}
