import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divideSpace, nextPane } from '../../../src/components/layout/panes.tsx';

describe('shares', () => {
  it('add up to the whole', () => {
    const pane = fc.record({
      id: fc.string(),
      flex: fc.integer({ min: 1, max: 5 }),
      min: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(fc.array(pane, { minLength: 1, maxLength: 4 }), fc.integer({ min: 4, max: 200 }), (panes, total) => {
        const sizes = divideSpace(panes, total);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(total);
        for (const size of sizes) expect(size).toBeGreaterThan(0);
      }),
    );
  });
});

describe('nextPane', () => {
  it('goes round', () => {
    expect(nextPane(['a', 'b', 'c'], 'c', 1)).toBe('a');
    expect(nextPane(['a', 'b', 'c'], 'a', -1)).toBe('c');
  });
});
