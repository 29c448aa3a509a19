/** Columns of a bar of `width` that are full at `fraction` (0 to 1). Only a finished bar is ever quite full. */
export function filledColumns(fraction: number, width: number): number {
  const clamped = Math.min(1, Math.max(0, Number.isFinite(fraction) ? fraction : 0));
  if (clamped === 1) return Math.max(0, width);
  return Math.max(0, Math.min(width - 1, Math.floor(clamped * width)));
}
