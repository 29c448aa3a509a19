/** How far a key moves in a list. */
export type ListMove = 'up' | 'down' | 'page-up' | 'page-down' | 'first' | 'last';

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/** The index after the move; 0 in an empty list. `page` is the visible rows. */
export function moveIn(selected: number, move: ListMove, count: number, page: number): number {
  const last = Math.max(0, count - 1);
  switch (move) {
    case 'up':
      return clamp(selected - 1, 0, last);
    case 'down':
      return clamp(selected + 1, 0, last);
    case 'page-up':
      return clamp(selected - Math.max(1, page - 1), 0, last);
    case 'page-down':
      return clamp(selected + Math.max(1, page - 1), 0, last);
    case 'first':
      return 0;
    case 'last':
      return last;
  }
}

/** The first visible index: moves no more than it must, keeps the selection in sight and no empty rows at the end. */
export function windowStart(start: number, selected: number, count: number, height: number): number {
  if (height <= 0 || count <= height) return 0;
  const visible = clamp(start, Math.max(0, selected - height + 1), Math.max(0, selected));
  return clamp(visible, 0, count - height);
}
