import { mcnemar } from './mcnemar.ts';
import { Z95 } from './wilson.ts';

/** The 80th percentile of the standard normal distribution: power of 80%. */
const Z_POWER = 0.8416212335729143;

const ALPHA = 0.05;

/**
 * Pairs that McNemar's test (two-sided, 5%) needs to find a difference with a power of 80%, when only the first is
 * right on a share `first` of them and only the second on a share `second`: Connor, "Sample size for testing
 * differences in proportions for the paired-sample design", Biometrics 43 (1987) 207-211. Not rounded; infinite when
 * the shares are equal.
 */
export function pairsNeeded(first: number, second: number): number {
  const apart = Math.abs(first - second);
  const discordant = first + second;
  if (apart === 0) return Number.POSITIVE_INFINITY;
  return ((Z95 * Math.sqrt(discordant) + Z_POWER * Math.sqrt(discordant - apart * apart)) / apart) ** 2;
}

/**
 * About how many more items would separate two models, should they go on differing as they do: `b` and `c` items only
 * one of them got right, of `n`. 0 when they are separated already (p below 0.05), null when no number would do.
 */
export function moreRows(b: number, c: number, n: number): number | null {
  if (mcnemar(b, c) < ALPHA) return 0;
  if (b === c) return null;
  return Math.max(1, Math.ceil(pairsNeeded(b / n, c / n)) - n);
}
