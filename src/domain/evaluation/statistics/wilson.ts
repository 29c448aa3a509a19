/** Both ends of a 95% interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The 97.5th percentile of the standard normal distribution. */
export const Z95 = 1.959963984540054;

/**
 * 95% score interval of a proportion: Wilson, "Probable inference, the law of succession, and statistical inference",
 * JASA 22 (1927) 209-212; method 3 of Newcombe, Statistics in Medicine 17 (1998) 857-872. It stays within 0 and 1 and
 * holds at 0 and at n successes. Of nothing it says nothing: 0 to 1.
 */
export function wilson(successes: number, n: number): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const z2 = Z95 * Z95;
  const share = successes / n;
  const centre = share + z2 / (2 * n);
  const reach = Z95 * Math.sqrt((share * (1 - share) + z2 / (4 * n)) / n);
  const scale = 1 + z2 / n;
  return {
    low: successes === 0 ? 0 : Math.max(0, (centre - reach) / scale),
    high: successes === n ? 1 : Math.min(1, (centre + reach) / scale),
  };
}
