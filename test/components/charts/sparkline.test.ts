import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sparkHeights } from '../../../src/components/charts/sparkline.tsx';

describe('sparkHeights', () => {
  it('spans the levels between least and greatest', () => {
    expect(sparkHeights([0, 5, 10], 10, 8)).toEqual([0, 4, 7]);
  });

  it('keeps the newest that fit and draws a flat run in the middle', () => {
    expect(sparkHeights([9, 1, 2], 2, 8)).toEqual([0, 7]);
    expect(sparkHeights([3, 3], 8, 8)).toEqual([3, 3]);
    expect(sparkHeights([], 8, 8)).toEqual([]);
  });

  it('stays within its width and levels', () => {
    fc.assert(
      fc.property(fc.array(fc.double()), fc.integer({ min: -2, max: 50 }), (values, width) => {
        const heights = sparkHeights(values, width, 8);
        expect(heights.length).toBeLessThanOrEqual(Math.max(0, width));
        for (const height of heights) expect([0, 1, 2, 3, 4, 5, 6, 7]).toContain(height);
      }),
    );
  });
});
