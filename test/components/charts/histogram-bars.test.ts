import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogramBars } from '../../../src/components/charts/histogram.tsx';

describe('binned', () => {
  it('counts every finite value once', () => {
    fc.assert(
      fc.property(fc.array(fc.double()), fc.integer({ min: 1, max: 12 }), (values, bins) => {
        const total = histogramBars(values, bins).reduce((sum, bar) => sum + bar.count, 0);
        expect(total).toBe(values.filter(Number.isFinite).length);
      }),
    );
  });

  it('loses nothing at the ends of what a number can be', () => {
    for (const values of [
      [0, Number.MIN_VALUE],
      [-Number.MAX_VALUE, 0, Number.MAX_VALUE],
    ]) {
      expect(histogramBars(values, 4).reduce((sum, bar) => sum + bar.count, 0)).toBe(values.length);
    }
  });

  it('names the steps', () => {
    expect(histogramBars([0, 1, 9, 10], 2)).toEqual([
      { label: '0-5', count: 2 },
      { label: '5-10', count: 2 },
    ]);
    expect(histogramBars([7, 7], 4)).toEqual([{ label: '7', count: 2 }]);
    expect(histogramBars([Number.NaN], 4)).toEqual([]);
  });
});
