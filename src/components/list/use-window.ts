import { useLayoutEffect, useRef } from 'react';
import { type KeyHandlers, listBindings, useBindings } from '../../keys/index.ts';
import { type ListMove, moveIn, windowStart } from './reducer.ts';

export interface WindowOptions {
  readonly count: number;
  readonly height: number;
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  readonly focus: boolean;
  readonly onChoose?: ((index: number) => void) | undefined;
  readonly onMark?: ((index: number) => void) | undefined;
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
  const move = (to: ListMove) => (): void => onSelect(moveIn(selected, to, count, height));
  const handlers: KeyHandlers<typeof listBindings> = {
    'list.up': move('up'),
    'list.down': move('down'),
    'list.page-up': move('page-up'),
    'list.page-down': move('page-down'),
    'list.first': move('first'),
    'list.last': move('last'),
    ...(onChoose === undefined || count === 0 ? {} : { 'list.choose': () => onChoose(selected) }),
    ...(onMark === undefined || count === 0 ? {} : { 'list.mark': () => onMark(selected) }),
  };
  useBindings('field', listBindings, handlers, { active: focus });
  const length = Math.max(0, Math.min(height, count - start));
  return { start, indices: Array.from({ length }, (_, row) => start + row) };
}
