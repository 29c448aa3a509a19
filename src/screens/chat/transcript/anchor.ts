import type { ListMove } from '../../../components/list/index.ts';
import { scrollBy } from '../../../components/scroll/index.ts';
import type { TranscriptLayout } from './layout.ts';

/** The first visible row, told by the turn it is in, so that it stays in place when the width changes. */
export interface Anchor {
  readonly turnId: string;
  readonly row: number;
}

/** Index of the turn that holds row `at` of the transcript. */
export function turnAt({ starts }: TranscriptLayout, at: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The first visible row; without an anchor the one that shows the end. */
export function topOf(layout: TranscriptLayout, anchor: Anchor | null, height: number): number {
  const end = Math.max(0, layout.total - height);
  const index = anchor === null ? -1 : layout.turns.findIndex(({ turn }) => turn.id === anchor.turnId);
  const turn = layout.turns[index];
  if (anchor === null || turn === undefined) return end;
  return Math.min(end, (layout.starts[index] ?? 0) + Math.min(anchor.row, turn.height - 1));
}

/** The anchor of a first visible row; null at the end, which is then kept to. */
export function anchorAt(layout: TranscriptLayout, top: number, height: number): Anchor | null {
  if (top >= layout.total - height) return null;
  const index = turnAt(layout, top);
  const turn = layout.turns[index]?.turn;
  return turn === undefined ? null : { turnId: turn.id, row: top - (layout.starts[index] ?? 0) };
}

export function scrollAnchor(
  layout: TranscriptLayout,
  anchor: Anchor | null,
  move: ListMove,
  height: number,
): Anchor | null {
  const top = scrollBy(topOf(layout, anchor, height), move, layout.total, height);
  return anchorAt(layout, top, height);
}

/** Brings a turn into sight: as it is when all of it is, else from its first row. */
export function revealTurn(
  layout: TranscriptLayout,
  anchor: Anchor | null,
  index: number,
  height: number,
): Anchor | null {
  const top = topOf(layout, anchor, height);
  const start = layout.starts[index] ?? 0;
  const end = start + (layout.turns[index]?.height ?? 0) - 1;
  return start >= top && end <= top + height ? anchor : anchorAt(layout, Math.min(start, layout.total), height);
}
