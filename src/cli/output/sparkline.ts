const BARS = '▁▂▃▄▅▆▇█';

/** The values as one row of bars, at most `width` of them, each the mean of its share. Empty for no values. */
export function sparkline(values: readonly number[], width: number): string {
  const points = squeeze(values, width);
  if (points.length === 0) return '';
  const low = Math.min(...points);
  const span = Math.max(...points) - low;
  return points
    .map((value) => BARS.charAt(span === 0 ? 0 : Math.round(((value - low) / span) * (BARS.length - 1))))
    .join('');
}

function squeeze(values: readonly number[], width: number): readonly number[] {
  const columns = Math.min(Math.max(1, Math.floor(width)), values.length);
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * values.length) / columns);
    const share = values.slice(from, Math.floor(((column + 1) * values.length) / columns));
    return share.reduce((sum, value) => sum + value, 0) / share.length;
  });
}
