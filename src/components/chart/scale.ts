export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Series {
  readonly name: string;
  /** In any order; points that are not finite, or not above 0 on a log scale, are left out. */
  readonly points: readonly Point[];
}

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** The points that can be drawn, by x. */
export function drawable(points: readonly Point[], log: boolean): readonly Point[] {
  return points
    .filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y) && (!log || point.y > 0))
    .toSorted((a, b) => a.x - b.x);
}

/** Least and greatest of the values, opened up a little when they are one value; null without any. */
export function rangeOf(values: readonly number[], log: boolean): Range | null {
  const first = values[0];
  if (first === undefined) return null;
  let low = first;
  let high = first;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low < high) return { low, high };
  if (log) return { low: low / 2, high: high * 2 };
  const room = Math.abs(low) * 0.1 || 1;
  return { low: low - room, high: high + room };
}

/** Where `value` lies in the range, 0 to 1. */
export function share(value: number, { low, high }: Range, log: boolean): number {
  if (high <= low) return 0.5;
  const at = log ? (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low)) : (value - low) / (high - low);
  return Math.max(0, Math.min(1, at));
}

/** A number for an axis in few columns: `0.812`, `1.2e-5`, `12.5k`. */
export function axisLabel(value: number): string {
  const size = Math.abs(value);
  if (value === 0) return '0';
  if (size >= 1e6 || size < 1e-3) return value.toExponential(1).replace('e+', 'e');
  if (size >= 1e4) return `${(value / 1000).toFixed(1)}k`;
  if (size >= 100) return value.toFixed(0);
  return size >= 10 ? value.toFixed(1) : value.toFixed(size >= 1 ? 2 : 3);
}
