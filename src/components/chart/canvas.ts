/** Bits of the braille dots by column (0-1) and row (0-3) within a cell (Unicode block 2800). */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

export interface Painted {
  readonly text: string;
  /** The series whose look the cell has; null where nothing is drawn. */
  readonly series: number | null;
}

/** A raster of dots, two by four a cell in braille, one a cell without it. The series drawn last owns a shared cell. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly #columns: number;
  readonly #rows: number;
  readonly #signs: readonly string[] | null;
  readonly #cells: { bits: number; series: number | null }[];

  /** `signs`, one a series, instead of braille where it cannot be drawn. */
  constructor(columns: number, rows: number, signs: readonly string[] | null) {
    this.#columns = columns;
    this.#rows = rows;
    this.#signs = signs;
    this.width = signs === null ? columns * 2 : columns;
    this.height = signs === null ? rows * 4 : rows;
    this.#cells = Array.from({ length: columns * rows }, () => ({ bits: 0, series: null }));
  }

  /** A dot; y counts from the top. Outside of the raster nothing happens. */
  dot(x: number, y: number, series: number): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const braille = this.#signs === null;
    const column = braille ? x >> 1 : x;
    const row = braille ? y >> 2 : y;
    const cell = this.#cells[row * this.#columns + column];
    if (cell === undefined) return;
    cell.bits |= braille ? (DOTS[y & 3]?.[x & 1] ?? 0) : 1;
    cell.series = series;
  }

  /** A straight line (Bresenham). */
  line(x0: number, y0: number, x1: number, y1: number, series: number): void {
    const dx = Math.abs(x1 - x0);
    const dy = -Math.abs(y1 - y0);
    const stepX = x0 < x1 ? 1 : -1;
    const stepY = y0 < y1 ? 1 : -1;
    let error = dx + dy;
    let x = x0;
    let y = y0;
    for (let left = dx - dy; left >= 0; left--) {
      this.dot(x, y, series);
      if (x === x1 && y === y1) return;
      const doubled = 2 * error;
      if (doubled >= dy) {
        error += dy;
        x += stepX;
      }
      if (doubled <= dx) {
        error += dx;
        y += stepY;
      }
    }
  }

  /** Rows from the top, neighbouring cells of one series joined. */
  rows(): readonly (readonly Painted[])[] {
    return Array.from({ length: this.#rows }, (_, row) => {
      const cells = this.#cells.slice(row * this.#columns, (row + 1) * this.#columns);
      const runs: { text: string; series: number | null }[] = [];
      for (const { bits, series } of cells) {
        const sign = bits === 0 ? ' ' : this.#sign(bits, series);
        const owner = bits === 0 ? null : series;
        const last = runs.at(-1);
        if (last !== undefined && last.series === owner) last.text += sign;
        else runs.push({ text: sign, series: owner });
      }
      return runs;
    });
  }

  #sign(bits: number, series: number | null): string {
    if (this.#signs === null) return String.fromCharCode(0x2800 + bits);
    return this.#signs[(series ?? 0) % this.#signs.length] ?? '*';
  }
}
