/** A click of the first button or a notch of the wheel, at a place of the screen from 0. */
export interface MousePress {
  readonly kind: 'click' | 'wheel-up' | 'wheel-down';
  readonly column: number;
  readonly row: number;
}

/** Calls the listener with every press while the mouse is on; gives what ends it. */
export type MouseSource = (listener: (press: MousePress) => void) => () => void;

export interface MouseHandlers {
  /** With the place inside the area, from 0. What lies around an area is clicked first. */
  readonly onClick?: (place: { readonly column: number; readonly row: number }) => void;
  /** The innermost area that has it scrolls: 1 is down. */
  readonly onWheel?: (by: 1 | -1) => void;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface MouseArea {
  /** The dialog it is in; null on the screen itself. */
  readonly modal: string | null;
  /** Where it is drawn now; null while it is not. */
  box(): Box | null;
  handlers(): MouseHandlers;
}

const holds = ({ x, y, width, height }: Box, { column, row }: MousePress): boolean =>
  column >= x && column < x + width && row >= y && row < y + height;

/** Everything that takes the mouse now. */
export class MouseAreas {
  private areas: readonly MouseArea[] = [];

  /** Gives back what removes it. */
  add(area: MouseArea): () => void {
    this.areas = [...this.areas, area];
    return () => {
      this.areas = this.areas.filter((other) => other !== area);
    };
  }

  /** Gives a press to what lies under it in the dialog that is open: a click to all from the outermost in, the wheel to the innermost. */
  press(press: MousePress, modal: string | null): void {
    const under = this.areas
      .filter((area) => area.modal === modal)
      .flatMap((area) => {
        const box = area.box();
        return box !== null && holds(box, press) ? [{ area, box }] : [];
      })
      .toSorted((a, b) => b.box.width * b.box.height - a.box.width * a.box.height);
    if (press.kind === 'click') {
      for (const { area, box } of under)
        area.handlers().onClick?.({ column: press.column - box.x, row: press.row - box.y });
      return;
    }
    const inner = under.findLast(({ area }) => area.handlers().onWheel !== undefined);
    inner?.area.handlers().onWheel?.(press.kind === 'wheel-down' ? 1 : -1);
  }
}
