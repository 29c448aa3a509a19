import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilson } from '../../../../src/domain/evaluation/statistics/intervals.ts';
import { mcnemar, moreRows, pairsNeeded } from '../../../../src/domain/evaluation/statistics/paired.ts';

describe('wilson', () => {
  /** Newcombe, Statistics in Medicine 17 (1998), table I, method 3. */
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%i of %i, as published', (successes, n, low, high) => {
    const interval = wilson(successes, n);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('holds the share, stays within 0 and 1, and mirrors', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(5000), (a, b) => {
        const n = a + b;
        if (n === 0) return;
        const { low, high } = wilson(a, n);
        expect(low >= 0 && low <= a / n && a / n <= high && high <= 1).toBe(true);
        expect(wilson(b, n).low).toBeCloseTo(1 - high, 10);
      }),
    );
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  });
});

describe('mcnemar', () => {
  /** Fagerland, Lydersen and Laake 2013: their data of Bentur et al. (1 and 7) and of Cavo et al. (6 and 16). */
  it.each([
    [1, 7, 0.0703],
    [6, 16, 0.0525],
  ])('%i against %i, as published', (b, c, p) => {
    expect(mcnemar(b, c)).toBeCloseTo(p, 4);
  });

  it('agrees with a binomial test of large counts', () => {
    expect(mcnemar(1000, 1100)).toBeCloseTo(0.03072070786424249, 12);
    expect(mcnemar(59, 6) / 4.964650327128616e-12).toBeCloseTo(1, 9);
    expect(mcnemar(0, 3080)).toBeLessThan(1e-300);
  });

  it('is the tail summed term by term, symmetric, and 1 without a difference', () => {
    fc.assert(
      fc.property(fc.nat(25), fc.nat(25), (b, c) => {
        expect(mcnemar(b, c)).toBeCloseTo(summed(b, c), 12);
        expect(mcnemar(b, c)).toBe(mcnemar(c, b));
      }),
    );
    expect(mcnemar(0, 0)).toBe(1);
    expect(mcnemar(9, 9)).toBe(1);
  });
});

/** Pascal's triangle in whole numbers. */
function summed(b: number, c: number): number {
  let row = [1n];
  for (let n = 0; n < b + c; n += 1) row = [1n, ...row.slice(1).map((value, at) => value + (row[at] ?? 0n)), 1n];
  const tail = row.slice(0, Math.min(b, c) + 1).reduce((sum, value) => sum + value, 0n);
  return Math.min(1, (2 * Number(tail)) / 2 ** (b + c));
}

describe('pairsNeeded', () => {
  /** powerandsamplesize.com, McNemar two-sided by Connor (1987): 23 pairs; a second calculator's own example: 155. */
  it('gives the published numbers', () => {
    expect(Math.ceil(pairsNeeded(0.05, 0.45))).toBe(23);
    expect(Math.ceil(pairsNeeded(0.15, 0.3))).toBe(155);
    expect(pairsNeeded(0.2, 0.2)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('moreRows', () => {
  it('says 0 when separated, null when equal, else how many are missing', () => {
    expect(moreRows(1, 12, 50)).toBe(0);
    expect(moreRows(4, 4, 50)).toBeNull();
    expect(moreRows(0, 0, 50)).toBeNull();
    expect(moreRows(3, 6, 20)).toBe(155 - 20);
  });

  it('is at least 1 while p is not below 0.05', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), fc.nat(500), (b, c, agreed) => {
        const more = moreRows(b, c, b + c + agreed);
        expect(more === 0).toBe(mcnemar(b, c) < 0.05);
      }),
    );
  });
});
