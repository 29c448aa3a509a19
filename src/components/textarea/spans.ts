import type { Tone } from '../../theme/index.ts';

/** A stretch of the text with a look of its own; offsets in UTF-16 units, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly tone: Tone;
}

export interface Piece {
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
): readonly Piece[] {
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
