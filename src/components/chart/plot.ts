import { padToWidth } from '../../domain/text/graphemes.ts';
import { Canvas, type Painted } from './canvas.ts';
import { axisLabel, drawable, type Range, rangeOf, type Series, share } from './scale.ts';

export interface PlotOptions {
  /** Columns and rows of everything: y labels, axis, x labels. */
  readonly width: number;
  readonly height: number;
  readonly log: boolean;
  /** Signs by series where braille cannot be drawn, else null. */
  readonly signs: readonly string[] | null;
}

export interface PlotRow {
  /** The y label, right-aligned; spaces where there is none. */
  readonly label: string;
  readonly cells: readonly Painted[];
}

export interface Plot {
  readonly rows: readonly PlotRow[];
  readonly labelWidth: number;
  readonly x: Range;
  readonly y: Range;
}

/** Least plot that says anything. */
const LEAST = { width: 16, height: 4 };

/** The curves as rows of text; null when there is nothing to draw or no room to draw it. */
export function plot(series: readonly Series[], { width, height, log, signs }: PlotOptions): Plot | null {
  if (width < LEAST.width || height < LEAST.height) return null;
  const curves = series.map((one) => drawable(one.points, log));
  const points = curves.flat();
  const x = rangeOf(
    points.map((point) => point.x),
    false,
  );
  const y = rangeOf(
    points.map((point) => point.y),
    log,
  );
  if (x === null || y === null) return null;
  const middle = log ? Math.sqrt(y.low * y.high) : (y.low + y.high) / 2;
  const labels = [axisLabel(y.high), axisLabel(middle), axisLabel(y.low)];
  const labelWidth = Math.max(...labels.map((label) => label.length));
  const rows = height - 2;
  const canvas = new Canvas(width - labelWidth - 1, rows, signs);
  curves.forEach((curve, index) => {
    const dots = curve.map((point) => ({
      x: Math.round(share(point.x, x, false) * (canvas.width - 1)),
      y: Math.round((1 - share(point.y, y, log)) * (canvas.height - 1)),
    }));
    dots.forEach((dot, at) => {
      const before = dots[at - 1] ?? dot;
      canvas.line(before.x, before.y, dot.x, dot.y, index);
    });
  });
  const labelOf = (row: number): string => {
    if (row === 0) return labels[0] ?? '';
    if (row === rows - 1) return labels[2] ?? '';
    return rows >= 5 && row === Math.floor((rows - 1) / 2) ? (labels[1] ?? '') : '';
  };
  return {
    rows: canvas.rows().map((cells, row) => ({ label: padToWidth(labelOf(row), labelWidth, 'right'), cells })),
    labelWidth,
    x,
    y,
  };
}
