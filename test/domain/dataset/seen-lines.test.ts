import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SeenLines } from '../../../src/domain/dataset/seen-lines.ts';

const idOf = (start: number, end = '0'): string => start.toString(16).padStart(13, '0') + end.repeat(51);

it('counts identities by their first 52 bits, however many there are and in whatever order', () => {
  // Numbers that share their low bits stand in one row of places; 0 is one of them.
  const numbers = fc.oneof(fc.constantFrom(0, 2 ** 52 - 1, 4096, 8192, 2 ** 32), fc.nat({ max: 12_000 }));
  fc.assert(
    fc.property(fc.array(numbers, { maxLength: 9_000, size: 'max' }), (given) => {
      const seen = new SeenLines();
      const known = new Map<number, number>();
      for (const number of given) {
        const before = known.get(number) ?? 0;
        known.set(number, before + 1);
        if (seen.count(idOf(number, before % 2 === 0 ? '0' : 'f')) !== before) return false;
      }
      return true;
    }),
    { numRuns: 30 },
  );
});

it('grows', () => {
  const seen = new SeenLines();
  const all = Array.from({ length: 20_000 }, (_, n) => idOf(n * 4096));
  expect(all.map((id) => seen.count(id)).every((before) => before === 0)).toBe(true);
  expect(all.map((id) => seen.count(id)).every((before) => before === 1)).toBe(true);
});
