export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Points that can be drawn: finite, and above 0 where the scale is logarithmic. */
export const drawable = (points: readonly Point[], log: boolean): readonly Point[] =>
  points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y) && (!log || y > 0));

/** Least and greatest; a single value gets room around it so that its line lies in the middle. Null without values. */
export function rangeOf(values: readonly number[]): Range | null {
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
export const placeIn = ({ min, max }: Range, value: number): number => (value / 2 - min / 2) / (max / 2 - min / 2);

/** A number in at most seven columns, with as many places as its size asks for. */
export function axisLabel(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6 || (size > 0 && size < 1e-3)) return value.toExponential(1);
  if (size >= 100) return value.toFixed(0);
  return size >= 10 ? value.toFixed(1) : value.toFixed(2);
}
