import type { DOMElement } from 'ink';
import { type RefObject, useLayoutEffect, useRef } from 'react';
import type { KeyHandlers } from '../../keys/binding.ts';
import { listBindings } from '../../keys/bindings/components.ts';
import { useBindings } from '../../keys/hooks.tsx';
import { useMouseArea } from '../../keys/mouse.tsx';

/** Rows that one notch of the wheel moves. */
const WHEEL_ROWS = 3;

/** How far a key or a notch of the wheel moves in a list. */
export type ListMove = 'up' | 'down' | 'wheel-up' | 'wheel-down' | 'page-up' | 'page-down' | 'first' | 'last';

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/** The index after the move; 0 in an empty list. `page` is the visible rows. */
export function moveIn(selected: number, move: ListMove, count: number, page: number): number {
  const last = Math.max(0, count - 1);
  switch (move) {
    case 'up':
      return clamp(selected - 1, 0, last);
    case 'down':
      return clamp(selected + 1, 0, last);
    case 'wheel-up':
      return clamp(selected - WHEEL_ROWS, 0, last);
    case 'wheel-down':
      return clamp(selected + WHEEL_ROWS, 0, last);
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
  /** With the row of the box that was clicked, from 0. */
  readonly onClick?: (row: number) => void;
}

/** The keys that move in a list or scroll a text, and the mouse, which needs no focus: give the ref to the box. */
export function useMoveKeys({
  move,
  choose = null,
  mark = null,
  focus,
  onClick = () => undefined,
}: MoveKeys): RefObject<DOMElement | null> {
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
  return useMouseArea({
    onClick: ({ row }) => onClick(row),
    onWheel: (by) => move(by > 0 ? 'wheel-down' : 'wheel-up'),
  });
}

/** What Ink reads out before an item, see `aria-state` of the items. */
const LONGEST_STATE = '(checked, selected) ';

/** Columns before each item: its pointer and mark, or room for the words that say the same to a screen reader. */
export function gutterOf(linear: boolean, marks: boolean): number {
  if (linear) return LONGEST_STATE.length;
  return marks ? 4 : 2;
}

export interface ListWindow {
  readonly start: number;
  /** What to draw, from `start`, never more than `height`. */
  readonly indices: readonly number[];
  /** For the box around the rows. */
  readonly area: RefObject<DOMElement | null>;
}

/** Keys, mouse and window of a list. `headerRows` stand above the first item. */
export function useListWindow(options: WindowOptions, headerRows = 0): ListWindow {
  const { count, height, onSelect, onChoose, onMark, focus } = options;
  const selected = Math.max(0, Math.min(options.selected, count - 1));
  const remembered = useRef(0);
  const start = windowStart(remembered.current, selected, count, height);
  useLayoutEffect(() => {
    remembered.current = start;
  });
  const area = useMoveKeys({
    move: (to) => onSelect(moveIn(selected, to, count, height)),
    choose: onChoose === undefined || count === 0 ? null : () => onChoose(selected),
    mark: onMark === undefined || count === 0 ? null : () => onMark(selected),
    focus,
    onClick: (row) => {
      const index = start + row - headerRows;
      if (row >= headerRows && index < count) onSelect(index);
    },
  });
  const length = Math.max(0, Math.min(height, count - start));
  return { start, area, indices: Array.from({ length }, (_, row) => start + row) };
}
