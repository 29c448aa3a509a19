import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filledColumns } from '../../../src/components/feedback/progress-bar.tsx';

describe('filledColumns', () => {
  it('fills in proportion and is full only at the end', () => {
    expect(filledColumns(0.5, 20)).toBe(10);
    expect(filledColumns(0.9999, 20)).toBe(19);
    expect(filledColumns(1, 20)).toBe(20);
    expect(filledColumns(Number.NaN, 20)).toBe(0);
    expect(filledColumns(Number.POSITIVE_INFINITY, 20)).toBe(20);
  });

  it('stays within the bar and never shrinks as the work goes on', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), fc.nat(200), (a, b, width) => {
        const [less, more] = a <= b ? [a, b] : [b, a];
        const [from, to] = [filledColumns(less, width), filledColumns(more, width)];
        expect(from).toBeGreaterThanOrEqual(0);
        expect(from).toBeLessThanOrEqual(to);
        expect(to).toBeLessThanOrEqual(width);
      }),
    );
  });
});
