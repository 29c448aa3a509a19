import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapMean } from '../../../../src/domain/evaluation/statistics/intervals.ts';

/** Efron and Tibshirani (1993), table 2.1: survival in days of the seven treated mice. */
const TREATED = [94, 197, 16, 38, 99, 141, 23];

/** The ideal bootstrap: the mean of every one of the 7^7 samples there are. */
function everyMean(values: readonly number[]): readonly number[] {
  let sums = [0];
  for (const _ of values) sums = sums.flatMap((sum) => values.map((value) => sum + value));
  return sums.map((sum) => sum / values.length).toSorted((a, b) => a - b);
}

describe('bootstrapMean', () => {
  it('comes to the ideal bootstrap of the mouse data', () => {
    const ideal = everyMean(TREATED);
    const spread = Math.sqrt(ideal.reduce((sum, value) => sum + (value - 86.857142857) ** 2, 0) / ideal.length);
    expect(spread).toBeCloseTo(23.36, 2);
    const found = bootstrapMean(TREATED, 1, 40_000);
    expect(Math.abs((found?.low ?? 0) - (ideal[Math.ceil(0.025 * ideal.length) - 1] ?? 0))).toBeLessThan(1);
    expect(Math.abs((found?.high ?? 0) - (ideal[Math.ceil(0.975 * ideal.length) - 1] ?? 0))).toBeLessThan(1);
  });

  it('repeats itself by seed and lies within the values, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2 }), fc.nat(), (values, seed) => {
        const found = bootstrapMean(values, seed, 200);
        expect(found).toEqual(bootstrapMean(values, seed, 200));
        if (found === null) throw new Error('no interval');
        expect(found.low).toBeLessThanOrEqual(found.high);
        expect(found.low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-12);
        expect(found.high).toBeLessThanOrEqual(Math.max(...values) + 1e-12);
      }),
    );
  });

  it('says nothing of one value and draws nothing for equal ones', () => {
    expect(bootstrapMean([], 1)).toBeNull();
    expect(bootstrapMean([0.5], 1)).toBeNull();
    expect(bootstrapMean([0.1, 0.1, 0.1], 1)).toEqual({ low: 0.1, high: 0.1 });
  });
});
