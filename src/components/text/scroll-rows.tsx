import { Box, type DOMElement } from 'ink';
import { type ReactNode, type RefObject, useState } from 'react';
import { quoteBindings } from '../../keys/bindings/components.ts';
import { useBindings } from '../../keys/hooks.tsx';
import { type ListMove, moveIn, useMoveKeys } from '../lists/list-window.ts';
import { Line } from './line.tsx';

/** The first visible row after the move; the last page stays full. */
export function scrollBy(top: number, move: ListMove, rows: number, height: number): number {
  return moveIn(top, move, Math.max(1, rows - height + 1), height);
}

export interface Scrolling {
  /** Rows of the whole text. */
  readonly count: number;
  /** Rows there is room for; the last one shows the place when the text is longer. */
  readonly height: number;
  /** Whether it takes arrows, jk, g/G, PgUp/PgDn. */
  readonly focus: boolean;
  /** Keeps to the end while text arrives and the reader has not scrolled up. */
  readonly follow?: boolean;
}

export interface Scrolled {
  /** The first row to draw, and how many. */
  readonly top: number;
  readonly page: number;
  readonly move: (to: ListMove) => void;
  /** For the box around the rows. */
  readonly area: RefObject<DOMElement | null>;
}

/** Keys, mouse and window of a text that may be longer than its place. */
export function useScrolled({ count, height, focus, follow = false }: Scrolling): Scrolled {
  const [wanted, setWanted] = useState<number | null>(follow ? null : 0);
  const page = count > height ? Math.max(1, height - 1) : height;
  const end = Math.max(0, count - page);
  const top = Math.min(wanted ?? end, end);
  const move = (to: ListMove): void => {
    const next = scrollBy(top, to, count, page);
    setWanted(follow && next >= end ? null : next);
  };
  return { top, page, move, area: useMoveKeys({ move, focus }) };
}

export interface ScrollRowsProps extends Pick<Scrolling, 'count' | 'height'> {
  readonly width: number;
  /** Draws one row. */
  readonly row: (index: number) => ReactNode;
  /** False while something over it has the keys. */
  readonly active: boolean;
}

/** Rows beside a form, which has the arrows: where they are too many, they are counted and PgDn and PgUp go through them. */
export function ScrollRows({ count, height, width, row, active }: ScrollRowsProps): ReactNode {
  const { top, page, move, area } = useScrolled({ count, height, focus: false });
  const isLonger = count > height;
  useBindings(
    'screen',
    quoteBindings,
    { 'quote.down': () => move('page-down'), 'quote.up': () => move('page-up') },
    { active: active && isLonger },
  );
  const shown = Math.min(page, count - top);
  return (
    <Box ref={area} flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
      {Array.from({ length: shown }, (_, index) => (
        <Box key={top + index} height={1} flexShrink={0}>
          {row(top + index)}
        </Box>
      ))}
      {isLonger ? (
        <Line text={`${top + 1}-${top + shown} of ${count} lines: PgDn, PgUp`} width={width} tone="muted" />
      ) : null}
    </Box>
  );
}
