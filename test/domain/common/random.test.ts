import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, permutation, randomBelow, randomInt, shuffle } from '../../../src/domain/common/random.ts';

describe('createRandom', () => {
  it('repeats itself by seed and differs between seeds', () => {
    const draw = (seed: number) => Array.from({ length: 5 }, createRandom(seed).uint32);
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(2 ** 32)).not.toEqual(draw(0));
    expect(draw(-1)).not.toEqual(draw(1));
  });

  it('is even enough: each of ten bins gets its share', () => {
    const random = createRandom(1);
    const bins = Array.from({ length: 10 }, () => 0);
    for (let draw = 0; draw < 100_000; draw += 1) {
      const bin = Math.floor(random.next() * 10);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it('stays below its bound', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (seed, bound) => {
        const drawn = randomInt(createRandom(seed), bound);
        expect(Number.isInteger(drawn) && drawn >= 0 && drawn < bound).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.integer(), fc.bigInt({ min: 1n, max: 10n ** 40n }), (seed, bound) => {
        const drawn = randomBelow(createRandom(seed), bound);
        expect(drawn >= 0n && drawn < bound).toBe(true);
      }),
    );
  });
});

describe('shuffle', () => {
  it('keeps the items and leaves the original alone', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.integer()), (seed, items) => {
        const before = [...items];
        expect(shuffle(items, createRandom(seed)).toSorted()).toEqual(items.toSorted());
        expect(items).toEqual(before);
      }),
    );
  });

  it('gives every order of three about equally often', () => {
    const random = createRandom(3);
    const seen = new Map<string, number>();
    for (let draw = 0; draw < 6_000; draw += 1) {
      const order = shuffle(['a', 'b', 'c'], random).join('');
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect(seen.size).toBe(6);
    for (const count of seen.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });

  it('orders numbers, every order of three about equally often', () => {
    const random = createRandom(5);
    const seen = new Map<string, number>();
    for (let draw = 0; draw < 6_000; draw += 1) {
      const order = permutation(3, random).join('');
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect([...seen.keys()].toSorted()).toEqual(['012', '021', '102', '120', '201', '210']);
    for (const count of seen.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
