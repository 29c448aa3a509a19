import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runToEnd } from '../../../../src/domain/common/cooperative.ts';
import { holm, signFlipTask } from '../../../../src/domain/evaluation/statistics/many.ts';

const p = fc.double({ min: 0, max: 1, noNaN: true });

describe('holm', () => {
  it('gives the values of a worked example', () => {
    // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    expect(adjusted.map((one) => Number(one.toFixed(6)))).toEqual([0.03, 0.06, 0.06, 0.02]);
  });

  it('is never below what was tested, never above Bonferroni, and keeps the order', () => {
    fc.assert(
      fc.property(fc.array(p, { minLength: 1, maxLength: 30 }), (values) => {
        const adjusted = holm(values);
        values.forEach((value, place) => {
          expect(adjusted[place]).toBeGreaterThanOrEqual(value);
          expect(adjusted[place]).toBeLessThanOrEqual(Math.min(1, value * values.length) + 1e-12);
          values.forEach((other, second) => {
            if (value < other) expect(adjusted[place]).toBeLessThanOrEqual(adjusted[second] ?? 0);
          });
        });
      }),
    );
  });

  it('leaves a single test as it is, and nothing as nothing', () => {
    expect(holm([0.2])).toEqual([0.2]);
    expect(holm([])).toEqual([]);
  });
});

describe('signFlipTask', () => {
  const test = (differences: readonly number[], seed = 1) => runToEnd(signFlipTask(differences, seed));

  it('is 1 without a difference, and small where all are on one side', () => {
    expect(test([])).toBe(1);
    expect(test([0, 0, 0])).toBe(1);
    expect(test(Array.from({ length: 20 }, () => 0.3))).toBeLessThan(0.001);
  });

  it('comes near the exact p of few pairs', () => {
    // All five of one size and sign: 2 of the 32 sign changes are as far out.
    expect(test([1, 1, 1, 1, 1])).toBeCloseTo(2 / 32, 1);
  });

  it('does not ask which way round the pairs are, and is repeatable', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 20 }), (differences) => {
        const one = runToEnd(signFlipTask(differences, 3, 199));
        expect(runToEnd(signFlipTask(differences, 3, 199))).toBe(one);
        expect(
          runToEnd(
            signFlipTask(
              differences.map((value) => -value),
              3,
              199,
            ),
          ),
        ).toBe(one);
        expect(one).toBeGreaterThan(0);
        expect(one).toBeLessThanOrEqual(1);
      }),
      { numRuns: 50 },
    );
  });
});
