import { createRandom, permutation } from '../common/random.ts';

/** How many of `total` rows a share is: at least one where there are any. */
export const rowsOfShare = (share: number, total: number): number =>
  total === 0 ? 0 : Math.max(1, Math.min(total, Math.round(share * total)));

/**
 * A share of the rows, in their own order, drawn by the seed. A smaller share is part of every larger one of the same seed and rows, so that
 * two points of a learning curve differ by rows that were added and by nothing else.
 */
export function subsetOf<T>(rows: readonly T[], share: number, seed: number): readonly T[] {
  const wanted = rowsOfShare(share, rows.length);
  if (wanted === rows.length) return rows;
  const chosen = new Set(permutation(rows.length, createRandom(seed)).subarray(0, wanted));
  return rows.filter((_, place) => chosen.has(place));
}
