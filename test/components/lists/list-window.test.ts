import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moveIn, windowStart } from '../../../src/components/lists/list-window.ts';
import { pagedRows } from '../../../src/components/lists/table.tsx';

const move = fc.constantFrom(
  'up' as const,
  'down' as const,
  'page-up' as const,
  'page-down' as const,
  'first' as const,
  'last' as const,
);

describe('a list', () => {
  it('keeps the selection in the list and in sight, without empty rows at the end', () => {
    fc.assert(
      fc.property(fc.array(move), fc.nat(200), fc.integer({ min: 1, max: 30 }), (moves, count, height) => {
        let selected = 0;
        let start = 0;
        for (const to of moves) {
          selected = moveIn(selected, to, count, height);
          start = windowStart(start, selected, count, height);
          expect(selected).toBeGreaterThanOrEqual(0);
          expect(selected).toBeLessThan(Math.max(1, count));
          expect(selected - start).toBeGreaterThanOrEqual(0);
          expect(selected - start).toBeLessThan(height);
          expect(start).toBeLessThanOrEqual(Math.max(0, count - height));
        }
      }),
    );
  });

  it('moves its window no more than it must', () => {
    expect(windowStart(5, 7, 100, 10)).toBe(5);
    expect(windowStart(5, 15, 100, 10)).toBe(6);
    expect(windowStart(5, 4, 100, 10)).toBe(4);
    expect(windowStart(95, 3, 4, 10)).toBe(0);
  });
});

describe('pagedRows', () => {
  it('reads a page once, and gives null past the end', () => {
    const asked: [number, number][] = [];
    const rowAt = pagedRows((offset, limit) => {
      asked.push([offset, limit]);
      return Array.from({ length: Math.max(0, Math.min(limit, 100 - offset)) }, (_, index) => offset + index);
    });
    expect([rowAt(0), rowAt(5), rowAt(70), rowAt(99), rowAt(100)]).toEqual([0, 5, 70, 99, null]);
    expect(asked).toEqual([
      [0, 64],
      [64, 64],
    ]);
  });
});
