/**
 * The newest `width` values as heights 0 to `levels` - 1 between their own least and greatest; a flat run lies in the
 * middle. Values that are not finite are left out.
 */
export function sparkHeights(values: readonly number[], width: number, levels: number): readonly number[] {
  if (width <= 0) return [];
  const shown = values.filter(Number.isFinite).slice(-width);
  const low = Math.min(...shown);
  // Halved, so that the distance of the two ends of the number line is still a number.
  const span = Math.max(...shown) / 2 - low / 2;
  if (span === 0) return shown.map(() => Math.floor((levels - 1) / 2));
  return shown.map((value) => Math.round(((value / 2 - low / 2) / span) * (levels - 1)));
}
