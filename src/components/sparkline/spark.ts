/**
 * Values as eight heights, newest last, at most `width` of them; the scale runs from the least to the greatest shown
 * unless `from` and `to` say otherwise. A value that is not finite is a space; values that are all the same are the
 * lowest sign.
 */
export function spark(
  values: readonly number[],
  width: number,
  levels: readonly string[],
  scale: { readonly from?: number; readonly to?: number } = {},
): string {
  const shown = width <= 0 ? [] : values.slice(-Math.floor(width));
  const finite = shown.filter(Number.isFinite);
  const low = scale.from ?? Math.min(...finite);
  const high = scale.to ?? Math.max(...finite);
  return shown
    .map((value) => {
      if (!Number.isFinite(value)) return ' ';
      const share = high > low ? (value - low) / (high - low) : 0;
      const level = Math.round(Math.max(0, Math.min(1, share)) * (levels.length - 1));
      return levels[level] ?? ' ';
    })
    .join('');
}
