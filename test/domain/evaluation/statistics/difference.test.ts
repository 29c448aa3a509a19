import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/domain/common/random.ts';
import {
  normalQuantile,
  type PairedCounts,
  pairedDifference,
} from '../../../../src/domain/evaluation/statistics/difference.ts';
import { Z95 } from '../../../../src/domain/evaluation/statistics/intervals.ts';

const cell = fc.integer({ min: 0, max: 200 });
const counts = fc.record<PairedCounts>({ bothRight: cell, onlyFirst: cell, onlySecond: cell, bothWrong: cell });
const turned = ({ bothRight, onlyFirst, onlySecond, bothWrong }: PairedCounts): PairedCounts => ({
  bothRight,
  onlyFirst: onlySecond,
  onlySecond: onlyFirst,
  bothWrong,
});

describe('pairedDifference', () => {
  it('holds the difference, stays within its bounds, and turns with the pairs', () => {
    fc.assert(
      fc.property(counts, (given) => {
        const { low, difference, high } = pairedDifference(given);
        expect(low).toBeLessThanOrEqual(difference);
        expect(high).toBeGreaterThanOrEqual(difference);
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(high).toBeLessThanOrEqual(1);
        const other = pairedDifference(turned(given));
        expect(other.low).toBeCloseTo(-high, 10);
        expect(other.high).toBeCloseTo(-low, 10);
      }),
    );
  });

  it('is narrower with more of the same, and wider at a higher level', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 2, max: 9 }), (given, times) => {
        fc.pre(given.bothRight + given.onlyFirst + given.onlySecond + given.bothWrong > 0);
        const width = (one: ReturnType<typeof pairedDifference>): number => one.high - one.low;
        const more = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value * times]));
        expect(width(pairedDifference({ ...given, ...more }))).toBeLessThanOrEqual(
          width(pairedDifference(given)) + 1e-9,
        );
        expect(width(pairedDifference(given, 2.8))).toBeGreaterThanOrEqual(width(pairedDifference(given)) - 1e-9);
      }),
    );
  });

  it('says nothing of nothing', () => {
    const none = { bothRight: 0, onlyFirst: 0, onlySecond: 0, bothWrong: 0 };
    expect(pairedDifference(none)).toEqual({ difference: 0, low: -1, high: 1 });
  });

  it('holds the true difference about as often as it promises', () => {
    const random = createRandom(5);
    const shares = [0.62, 0.14, 0.08, 0.16];
    let held = 0;
    const times = 2_000;
    for (let run = 0; run < times; run += 1) {
      const drawn = [0, 0, 0, 0];
      for (let item = 0; item < 120; item += 1) {
        let rest = random.next();
        const place = shares.findIndex((share) => {
          rest -= share;
          return rest < 0;
        });
        drawn[place === -1 ? 3 : place] = (drawn[place === -1 ? 3 : place] ?? 0) + 1;
      }
      const [bothRight = 0, onlyFirst = 0, onlySecond = 0, bothWrong = 0] = drawn;
      const { low, high } = pairedDifference({ bothRight, onlyFirst, onlySecond, bothWrong });
      if (low <= 0.06 && high >= 0.06) held += 1;
    }
    expect(held / times).toBeGreaterThan(0.935);
    expect(held / times).toBeLessThan(0.975);
  });
});

describe('normalQuantile', () => {
  it.each([
    [0.5, 0],
    [0.975, Z95],
    [0.025, -Z95],
    [0.8, 0.8416212335729143],
    [0.995, 2.5758293035489004],
    [0.99999, 4.264890793922602],
    [1e-8, -5.612001244174789],
  ])('of %f', (p, z) => {
    expect(normalQuantile(p)).toBeCloseTo(z, 7);
  });
});
