import type { CooperativeTask } from '../../common/cooperative.ts';
import { createRandom } from '../../common/random.ts';

/**
 * p-values of many tests, corrected so that the chance of even one false finding among them stays at the level: Holm, "A simple
 * sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979) 65-70. It holds whatever
 * the tests have in common, and never rejects less than Bonferroni. In the order given, each at most 1.
 */
export function holm(pValues: readonly number[]): readonly number[] {
  const order = pValues.map((_, place) => place).toSorted((a, b) => (pValues[a] ?? 1) - (pValues[b] ?? 1));
  const adjusted = pValues.map(() => 1);
  let least = 0;
  for (const [rank, place] of order.entries()) {
    least = Math.max(least, Math.min(1, (pValues.length - rank) * (pValues[place] ?? 1)));
    adjusted[place] = least;
  }
  return adjusted;
}

/** Sign changes drawn; the least p they can show is one in so many and one. */
const DRAWS = 4_999;
/** Signs drawn in one part: some milliseconds. */
const PART = 200_000;

/**
 * Two-sided p of the mean difference of pairs when each difference is as likely to have either sign: the paired randomisation test,
 * drawn (Fisher, "The Design of Experiments" (1935), chapter 3; with one added to both counts after Phipson and Smyth,
 * Statistical Applications in Genetics and Molecular Biology 9 (2010) 39). The same seed gives the same p. 1 for no difference.
 */
export function* signFlipTask(differences: readonly number[], seed: number, draws = DRAWS): CooperativeTask<number> {
  const apart = differences.filter((value) => value !== 0);
  const seen = Math.abs(apart.reduce((sum, value) => sum + value, 0));
  if (apart.length === 0) return 1;
  const random = createRandom(seed);
  const part = Math.max(1, Math.floor(PART / apart.length));
  // A sum in another order may differ in its last bits: it is as far out all the same.
  const reached = seen * (1 - 1e-9);
  let asFar = 0;
  for (let draw = 0; draw < draws; draw += 1) {
    if (draw % part === part - 1) yield;
    let sum = 0;
    for (const value of apart) sum += random.uint32() >= 0x8000_0000 ? value : -value;
    if (Math.abs(sum) >= reached) asFar += 1;
  }
  return (asFar + 1) / (draws + 1);
}
