import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstNumber, numberGrader } from '../../../../src/domain/evaluation/graders/number.ts';

describe('firstNumber', () => {
  it.each([
    ['42', 42],
    ['The tax is $1,234,567.80.', 1_234_567.8],
    ['−$1,200', -1200],
    ['$-5', -5],
    ['-US$7', -7],
    ['EUR 12.50', 12.5],
    ["1'000", 1000],
    ['1\u202f000\u202f000 €', 1_000_000],
    ['1.234.567,89', 1_234_567.89],
    ['6.02e23', 6.02e23],
    ['.5', 0.5],
    ['1,2345', 1],
    ['3, 4 or 5', 3],
    ['between 5-10', 5],
    ['A B2B deal by GPT-4 for 9', 9],
    ['- 3 apples', 3],
  ])('reads %s', (text, value) => {
    expect(firstNumber(text)).toEqual({ value, percent: false });
  });

  it('marks a percent sign and finds nothing where nothing is', () => {
    expect(firstNumber('about 12.5 %')).toEqual({ value: 12.5, percent: true });
    expect(firstNumber('none')).toBeNull();
    expect(firstNumber('')).toBeNull();
    expect(firstNumber('1e999')).toBeNull();
  });

  it('reads back what English formatting writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.constantFrom('', '$', '€ '), (cents, currency) => {
        const value = cents / 100;
        const text = `${value < 0 ? '-' : ''}${currency}${Math.abs(value).toLocaleString('en-US', { minimumFractionDigits: 2 })}`;
        expect(firstNumber(`It is ${text}, I think`)?.value).toBeCloseTo(value, 6);
      }),
    );
  });
});

describe('numberGrader', () => {
  it('holds an absolute tolerance, its edge included', () => {
    const grade = numberGrader(0.1, false);
    expect(grade('0.3', '0.2').passed).toBe(true);
    expect(grade('0.31', '0.2')).toEqual({ value: 0, passed: false, note: '0.31 for 0.2' });
  });

  it('holds a relative tolerance of the target, negative targets too', () => {
    const grade = numberGrader(5, true);
    expect(grade('$1,050', '1000').passed).toBe(true);
    expect(grade('1051', '1000').passed).toBe(false);
    expect(grade('-104', '-100').passed).toBe(true);
  });

  it('reads a percent sign on one side as hundredths, on both as points', () => {
    const grade = numberGrader(0.01, false);
    expect(grade('12%', '0.12').passed).toBe(true);
    expect(grade('12%', '12').passed).toBe(false);
    expect(grade('12.5%', '12%').passed).toBe(false);
    expect(numberGrader(0.5, false)('12.5%', '12%').passed).toBe(true);
  });

  it('says which side has no number', () => {
    expect(numberGrader(1, false)('none', '1').note).toBe('no number in the answer');
    expect(numberGrader(1, false)('1', 'none').note).toBe('no number in the target');
  });
});
