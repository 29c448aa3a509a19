import { Canvas, type CanvasCell } from './braille.ts';
import { axisLabel, drawable, type Point, placeIn, type Range, rangeOf } from './scale.ts';

export interface PlotRequest {
  readonly series: readonly (readonly Point[])[];
  /** Columns and rows of the whole plot, axes included. */
  readonly width: number;
  readonly height: number;
  readonly log: boolean;
  /** Signs for terminals without braille, one a series; null draws dots. */
  readonly signs: readonly string[] | null;
}

export interface Plot {
  /** Rows from the top, each with its label on the left, padded to one width. */
  readonly rows: readonly { readonly label: string; readonly cells: readonly CanvasCell[] }[];
  readonly xLabels: { readonly left: string; readonly right: string };
}

const MIN_COLUMNS = 4;

function drawSeries(canvas: Canvas, points: readonly Point[], x: Range, y: Range, index: number): void {
  const place = (point: Point): readonly [number, number] => [
    Math.round(placeIn(x, point.x) * (canvas.dotsWide - 1)),
    Math.round((1 - placeIn(y, point.y)) * (canvas.dotsHigh - 1)),
  ];
  const sorted = [...points].sort((a, b) => a.x - b.x);
  sorted.forEach((point, at) => {
    const [x1, y1] = place(point);
    const [x0, y0] = place(sorted[at - 1] ?? point);
    canvas.line(x0, y0, x1, y1, index);
  });
}

/** Lays out a line chart; null when there is nothing to draw or no room for it. Later series are drawn over earlier. */
export function plot({ series, width, height, log, signs }: PlotRequest): Plot | null {
  const rows = height - 2;
  const scaled = series.map((points) => drawable(points, log).map(({ x, y }) => ({ x, y: log ? Math.log10(y) : y })));
  const all = scaled.flat();
  const x = rangeOf(all.map((point) => point.x));
  const y = rangeOf(all.map((point) => point.y));
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
    xLabels: { left: String(first), right: first === last ? '' : String(last) },
  };
}
