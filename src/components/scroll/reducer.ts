import { moveIn } from '../list/index.ts';

export type ScrollMove = Parameters<typeof moveIn>[1];

/** The first visible row after the move; the last page stays full. */
export function scrollBy(top: number, move: ScrollMove, rows: number, height: number): number {
  return moveIn(top, move, Math.max(1, rows - height + 1), height);
}
