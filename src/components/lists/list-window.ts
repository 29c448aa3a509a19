import { useLayoutEffect, useRef } from 'react';
import type { KeyHandlers } from '../../keys/binding.ts';
import { listBindings } from '../../keys/bindings/components.ts';
import { useBindings } from '../../keys/hooks.tsx';

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

export interface WindowOptions {
  readonly count: number;
  readonly height: number;
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  readonly focus: boolean;
  readonly onChoose?: ((index: number) => void) | undefined;
  readonly onMark?: ((index: number) => void) | undefined;
}

interface MoveKeys {
  readonly move: (to: ListMove) => void;
  /** Enter and Space; null where they do nothing. */
  readonly choose?: KeyHandlers<typeof listBindings>['list.choose'];
  readonly mark?: KeyHandlers<typeof listBindings>['list.mark'];
  readonly focus: boolean;
}

/** The keys that move in a list or scroll a text. */
export function useMoveKeys({ move, choose = null, mark = null, focus }: MoveKeys): void {
  useBindings(
    'field',
    listBindings,
    {
      'list.up': () => move('up'),
      'list.down': () => move('down'),
      'list.page-up': () => move('page-up'),
      'list.page-down': () => move('page-down'),
      'list.first': () => move('first'),
      'list.last': () => move('last'),
      'list.choose': choose,
      'list.mark': mark,
    },
    { active: focus },
  );
}

/** Keys and window of a list: the indices to draw, from `start`, never more than `height`. */
export function useListWindow(options: WindowOptions): { readonly start: number; readonly indices: readonly number[] } {
  const { count, height, onSelect, onChoose, onMark, focus } = options;
  const selected = Math.max(0, Math.min(options.selected, count - 1));
  const remembered = useRef(0);
  const start = windowStart(remembered.current, selected, count, height);
  useLayoutEffect(() => {
    remembered.current = start;
  });
  useMoveKeys({
    move: (to) => onSelect(moveIn(selected, to, count, height)),
    choose: onChoose === undefined || count === 0 ? null : () => onChoose(selected),
    mark: onMark === undefined || count === 0 ? null : () => onMark(selected),
    focus,
  });
  const length = Math.max(0, Math.min(height, count - start));
  return { start, indices: Array.from({ length }, (_, row) => start + row) };
}
