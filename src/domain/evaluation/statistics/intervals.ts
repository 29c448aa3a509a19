import { type CooperativeTask, runToEnd } from '../../common/cooperative.ts';
import { createRandom } from '../../common/random.ts';

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
 * holds at 0 and at n successes. Of nothing it says nothing: 0 to 1. `z`: of another level than 95%.
 */
export function wilson(successes: number, n: number, z: number = Z95): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const z2 = z * z;
  const share = successes / n;
  const centre = share + z2 / (2 * n);
  const reach = z * Math.sqrt((share * (1 - share) + z2 / (4 * n)) / n);
  const scale = 1 + z2 / n;
  return {
    low: successes === 0 ? 0 : Math.max(0, (centre - reach) / scale),
    high: successes === n ? 1 : Math.min(1, (centre + reach) / scale),
  };
}

/** Efron and Tibshirani ask for 1,000 or more where percentiles are read off. */
const RESAMPLES = 2_000;
const TAIL = 0.025;
/** Values drawn in one part: some milliseconds. */
const PART = 200_000;

/**
 * 95% percentile bootstrap interval of a mean: Efron and Tibshirani, "An Introduction to the Bootstrap" (1993),
 * chapter 13. Given the differences of pairs it is the interval of the mean difference. The same seed gives the same
 * interval. Null for fewer than two values; equal values need no drawing.
 */
export function bootstrapMean(values: readonly number[], seed: number, resamples = RESAMPLES): Interval | null {
  return runToEnd(bootstrapTask(values, seed, resamples));
}

/** The same, a part at a time. `tail`: the share beyond each end, of another level than 95%. */
export function* bootstrapTask(
  values: readonly number[],
  seed: number,
  resamples = RESAMPLES,
  tail = TAIL,
): CooperativeTask<Interval | null> {
  const [first] = values;
  if (first === undefined || values.length < 2) return null;
  if (values.every((value) => value === first)) return { low: first, high: first };
  const drawn = Float64Array.from(values);
  const random = createRandom(seed);
  const means = new Float64Array(resamples);
  const part = Math.max(1, Math.floor(PART / drawn.length));
  for (let sample = 0; sample < resamples; sample += 1) {
    if (sample % part === part - 1) yield;
    let sum = 0;
    for (let draw = 0; draw < drawn.length; draw += 1) sum += drawn[place(random.uint32(), drawn.length)] ?? 0;
    means[sample] = sum / drawn.length;
  }
  means.sort();
  const at = (rank: number): number => means[Math.min(resamples - 1, Math.max(0, rank))] ?? 0;
  return { low: at(Math.ceil(tail * resamples) - 1), high: at(Math.ceil((1 - tail) * resamples) - 1) };
}

/** A place below `length` by multiplication: off from even by less than length / 2^32, which no interval shows. */
const place = (random: number, length: number): number => Math.floor((random / 0x1_0000_0000) * length);

export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
