import { createRandom } from '../../random/random.ts';
import { finish, type Parts } from './parts.ts';
import type { Interval } from './wilson.ts';

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
  return finish(bootstrapParts(values, seed, resamples));
}

/** The same, a part at a time. */
export function* bootstrapParts(
  values: readonly number[],
  seed: number,
  resamples = RESAMPLES,
): Parts<Interval | null> {
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
  return { low: at(Math.ceil(TAIL * resamples) - 1), high: at(Math.ceil((1 - TAIL) * resamples) - 1) };
}

/** A place below `length` by multiplication: off from even by less than length / 2^32, which no interval shows. */
const place = (random: number, length: number): number => Math.floor((random / 0x1_0000_0000) * length);

export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
