import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  approximately,
  compareExact,
  type ExactNumber,
  exactNumber,
  exactText,
  hasDecimals,
  isMultiple,
  plusExact,
  sameNumber,
  timesExact,
} from '../../../src/domain/common/exact-number.ts';

function read(text: string): ExactNumber {
  const number = exactNumber(text);
  if (number === null) throw new Error(`${text} is no number`);
  return number;
}

describe('an exact number', () => {
  it.each([
    ['9007199254740993', '9007199254740993'],
    ['1.10', '1.1'],
    ['-0.0', '0'],
    ['.5', '0.5'],
    ['+7.', '7'],
    ['1e400', '1e400'],
    ['-12.5e-40', '-1.25e-39'],
    ['100000', '100000'],
  ])('%s is written %s', (text, written) => {
    expect(exactText(read(text))).toBe(written);
  });

  it.each(['', '.', '1,2', 'NaN', 'Infinity', '1e1001', '1e-1001', '1'.repeat(1001)])('%s is none', (text) => {
    expect(exactNumber(text)).toBeNull();
  });

  it('writes a fraction whose decimals never end as one', () => {
    expect(exactText({ over: -4n, under: 12n })).toBe('-1/3');
    expect(hasDecimals({ over: 4n, under: 12n })).toBe(false);
    expect(hasDecimals({ over: 3n, under: 12n })).toBe(true);
  });

  it('is ordered, added and multiplied as the doubles are where those are exact', () => {
    const whole = fc.integer({ min: -1_000_000, max: 1_000_000 });
    fc.assert(
      fc.property(whole, whole, fc.integer({ min: 0, max: 3 }), (a, b, places) => {
        const [one, other] = [read(`${a}`), read(`${b}e-${places}`)];
        expect(Math.sign(a * 10 ** places - b)).toBe(compareExact(one, other) + 0);
        expect(compareExact(plusExact(one, other), read(`${a * 10 ** places + b}e-${places}`))).toBe(0);
        expect(compareExact(timesExact(one, other), read(`${a * b}e-${places}`))).toBe(0);
        expect(approximately(other)).toBe(Number(`${b}e-${places}`) + 0);
      }),
    );
  });

  it('knows a multiple where doubles do not', () => {
    expect(isMultiple(read('0.3'), read('0.1'))).toBe(true);
    expect(isMultiple(read('9007199254740993'), read('2'))).toBe(false);
  });
});

describe('sameNumber', () => {
  it.each([
    ['9007199254740993', '9007199254740992', false],
    ['1.10', '1.1', true],
    ['1e400', '10e399', true],
    ['1e400', '1e401', false],
    ['1e999999999', '10e999999998', true],
    ['-0', '0.00', true],
    ['-1', '1', false],
    ['0.1', '0.1000000000000000055511151231257827', false],
  ])('%s and %s: %j', (one, other, same) => {
    expect(sameNumber(one, other)).toBe(same);
  });
});
