export interface Point {
  readonly x: number;
  readonly y: number;
}

interface Range {
  readonly min: number;
  readonly max: number;
}

/** Points that can be drawn: finite, and above 0 where the scale is logarithmic. */
const drawable = (points: readonly Point[], log: boolean): readonly Point[] =>
  points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y) && (!log || y > 0));

/** Least and greatest; a single value gets room around it so that its line lies in the middle. Null without values. */
function rangeOf(values: readonly number[]): Range | null {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  if (min > max) return null;
  if (min < max) return { min, max };
  const room = min === 0 ? 1 : Math.abs(min) * 0.5;
  return { min: min - room, max: max + room };
}

/** The place of `value` in the range, 0 to 1. Halved first, so that no distance overflows. */
const placeIn = ({ min, max }: Range, value: number): number => (value / 2 - min / 2) / (max / 2 - min / 2);

/** A number in at most seven columns, with as many places as its size asks for. */
export function axisLabel(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6 || (size > 0 && size < 1e-3)) return value.toExponential(1);
  if (size >= 100) return value.toFixed(0);
  return size >= 10 ? value.toFixed(1) : value.toFixed(2);
}

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
class Canvas {
  readonly columns: number;
  readonly rows: number;
  readonly dotsWide: number;
  readonly dotsHigh: number;
  private readonly bits: Uint8Array;
  private readonly owners: Int8Array;
  private readonly signs: readonly string[] | null;

  /** With `signs`, one for each series, cells hold signs instead of dots. */
  constructor(columns: number, rows: number, signs: readonly string[] | null) {
    this.columns = Math.max(0, columns);
    this.rows = Math.max(0, rows);
    this.dotsWide = this.columns * (signs === null ? 2 : 1);
    this.dotsHigh = this.rows * (signs === null ? 4 : 1);
    this.bits = new Uint8Array(this.columns * this.rows);
    this.owners = new Int8Array(this.columns * this.rows).fill(-1);
    this.signs = signs;
  }

  dot(x: number, y: number, series: number): void {
    if (x < 0 || y < 0 || x >= this.dotsWide || y >= this.dotsHigh) return;
    const [wide, high] = this.signs === null ? [2, 4] : [1, 1];
    const cell = Math.floor(y / high) * this.columns + Math.floor(x / wide);
    const bit = DOTS[x % wide === 1 ? 1 : 0][y % high] ?? 1;
    this.bits[cell] = (this.bits[cell] ?? 0) | bit;
    this.owners[cell] = series;
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
      const owner = this.owners[cell] ?? -1;
      if (owner < 0) return { text: ' ', series: null };
      const sign = this.signs?.[owner % this.signs.length];
      return { text: sign ?? String.fromCodePoint(0x2800 + (this.bits[cell] ?? 0)), series: owner };
    });
  }
}

export interface PlotRequest {
  readonly series: readonly (readonly Point[])[];
  /** Columns and rows of the whole plot, axes included. */
  readonly width: number;
  readonly height: number;
  readonly log: boolean;
  /** Whether a spike of the first steps is cut off, so that the rest is not pressed flat. */
  readonly clip?: boolean;
  /** Signs for terminals without braille, one a series; null draws dots. */
  readonly signs: readonly string[] | null;
}

export interface Plot {
  /** Rows from the top, each with its label on the left, padded to one width. */
  readonly rows: readonly { readonly label: string; readonly cells: readonly CanvasCell[] }[];
  readonly xLabels: { readonly left: string; readonly right: string };
  /** Whether what lay above the top is drawn at it. */
  readonly clipped: boolean;
  /** The column of an x in the rows of cells. */
  columnOf(x: number): number;
}

const MIN_COLUMNS = 4;

/** What part of the steps counts as the first ones. */
const FIRST_STEPS = 0.1;
/** How many times as far as all the rest reaches a spike rises. */
const SPIKE = 2;

/** The range without the first steps where they alone reach far above everything after them; else the same object. */
function withoutSpike(points: readonly Point[], x: Range, y: Range): Range {
  const border = x.min + (x.max - x.min) * FIRST_STEPS;
  const rest = rangeOf(points.filter((point) => point.x > border).map((point) => point.y));
  if (rest === null || y.max - y.min <= SPIKE * (rest.max - y.min)) return y;
  return { min: y.min, max: rest.max };
}

function drawSeries(canvas: Canvas, points: readonly Point[], x: Range, y: Range, index: number): void {
  const place = (point: Point): readonly [number, number] => [
    Math.round(placeIn(x, point.x) * (canvas.dotsWide - 1)),
    Math.round((1 - placeIn(y, Math.min(point.y, y.max))) * (canvas.dotsHigh - 1)),
  ];
  const sorted = [...points].sort((a, b) => a.x - b.x);
  sorted.forEach((point, at) => {
    const [x1, y1] = place(point);
    const [x0, y0] = place(sorted[at - 1] ?? point);
    canvas.line(x0, y0, x1, y1, index);
  });
}

/** Lays out a line chart; null when there is nothing to draw or no room for it. Later series are drawn over earlier. */
export function plot({ series, width, height, log, signs, clip = false }: PlotRequest): Plot | null {
  const rows = height - 2;
  const scaled = series.map((points) => drawable(points, log).map(({ x, y }) => ({ x, y: log ? Math.log10(y) : y })));
  const all = scaled.flat();
  const x = rangeOf(all.map((point) => point.x));
  const whole = rangeOf(all.map((point) => point.y));
  const y = whole === null || x === null || !clip || log ? whole : withoutSpike(all, x, whole);
  if (x === null || y === null || rows < 1) return null;
  const label = (row: number): string => {
    // The last row is the least value itself: a difference would leave noise such as 1.1e-16 where it is 0.
    const value = row > 0 && row === rows - 1 ? y.min : y.max - ((y.max - y.min) * row) / Math.max(1, rows - 1);
    return axisLabel(log ? 10 ** value : value);
  };
  const labelled = new Set(rows >= 5 ? [0, Math.floor((rows - 1) / 2), rows - 1] : [0, rows - 1]);
  const labels = Array.from({ length: rows }, (_, row) => (labelled.has(row) ? label(row) : ''));
  const gutter = Math.max(...labels.map((text) => text.length));
  const columns = width - gutter - 2;
  if (columns < MIN_COLUMNS) return null;
  const canvas = new Canvas(columns, rows, signs);
  scaled.forEach((points, index) => {
    drawSeries(canvas, points, x, y, index);
  });
  const first = Math.min(...all.map((point) => point.x));
  const last = Math.max(...all.map((point) => point.x));
  return {
    rows: labels.map((text, row) => ({ label: text.padStart(gutter), cells: canvas.row(row) })),
    clipped: y !== whole,
    columnOf: (at) => Math.round(placeIn(x, at) * (columns - 1)),
    xLabels: { left: String(first), right: first === last ? '' : String(last) },
  };
}
