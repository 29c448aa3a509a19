/** Bits of a braille cell's eight dots by column and row, after Unicode's block at U+2800. */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

export interface CanvasCell {
  readonly text: string;
  /** The series drawn here last; null where nothing is. */
  readonly series: number | null;
}

/** A grid of terminal cells, each 2 dots wide and 4 high with braille, one dot without. Dot 0,0 is at the top left. */
export class Canvas {
  readonly columns: number;
  readonly rows: number;
  readonly dotsWide: number;
  readonly dotsHigh: number;
  readonly #bits: Uint8Array;
  readonly #owners: Int8Array;
  readonly #signs: readonly string[] | null;

  /** With `signs`, one for each series, cells hold signs instead of dots. */
  constructor(columns: number, rows: number, signs: readonly string[] | null) {
    this.columns = Math.max(0, columns);
    this.rows = Math.max(0, rows);
    this.dotsWide = this.columns * (signs === null ? 2 : 1);
    this.dotsHigh = this.rows * (signs === null ? 4 : 1);
    this.#bits = new Uint8Array(this.columns * this.rows);
    this.#owners = new Int8Array(this.columns * this.rows).fill(-1);
    this.#signs = signs;
  }

  dot(x: number, y: number, series: number): void {
    if (x < 0 || y < 0 || x >= this.dotsWide || y >= this.dotsHigh) return;
    const [wide, high] = this.#signs === null ? [2, 4] : [1, 1];
    const cell = Math.floor(y / high) * this.columns + Math.floor(x / wide);
    const bit = DOTS[x % wide === 1 ? 1 : 0][y % high] ?? 1;
    this.#bits[cell] = (this.#bits[cell] ?? 0) | bit;
    this.#owners[cell] = series;
  }

  /** A straight line of dots, ends included (Bresenham 1965). */
  line(x0: number, y0: number, x1: number, y1: number, series: number): void {
    const dx = Math.abs(x1 - x0);
    const dy = -Math.abs(y1 - y0);
    const stepX = x0 < x1 ? 1 : -1;
    const stepY = y0 < y1 ? 1 : -1;
    let [x, y, error] = [x0, y0, dx + dy];
    for (;;) {
      this.dot(x, y, series);
      if (x === x1 && y === y1) return;
      const twice = 2 * error;
      if (twice >= dy) [error, x] = [error + dy, x + stepX];
      if (twice <= dx) [error, y] = [error + dx, y + stepY];
    }
  }

  /** One row of cells, left to right. */
  row(index: number): readonly CanvasCell[] {
    return Array.from({ length: this.columns }, (_, column) => {
      const cell = index * this.columns + column;
      const owner = this.#owners[cell] ?? -1;
      if (owner < 0) return { text: ' ', series: null };
      const sign = this.#signs?.[owner % this.#signs.length];
      return { text: sign ?? String.fromCodePoint(0x2800 + (this.#bits[cell] ?? 0)), series: owner };
    });
  }
}
