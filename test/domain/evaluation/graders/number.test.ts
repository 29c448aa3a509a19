import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approximately } from '../../../../src/domain/common/exact-number.ts';
import { type FoundNumber, readNumber } from '../../../../src/domain/evaluation/graders/find-number.ts';
import { numberGrader } from '../../../../src/domain/evaluation/graders/number.ts';

function plain(number: FoundNumber | null) {
  return number === null ? null : { value: approximately(number.value), percent: number.percent };
}
const firstNumber = (text: string) => plain(readNumber(text, 'first').number);
const finalNumber = (text: string) => plain(readNumber(text, 'final').number)?.value ?? null;

describe('the first number', () => {
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
    ['1,2345', 1.2345],
    ['0,5', 0.5],
    ['0,125 l', 0.125],
    ['1,234', 1234],
    ['12,34,567', 1_234_567],
    ['1.234.567', 1_234_567],
    ['1,2,3', 1],
    ['1/3', 1 / 3],
    ['2 1/2 cups', 2.5],
    ['2\u00bd cups', 2.5],
    ['\u2212\u00bd', -0.5],
    ['$\\frac{3}{4}$', 0.75],
    ['$\\frac12$', 0.5],
    ['1\u202f234,5', 1234.5],
    ['1 234', 1234],
    ['12 345 678,9', 12_345_678.9],
    ['1_000', 1000],
    ['2 125/1000', 2.125],
    ['\u20135', -5],
    ['\uff11\uff0c\uff12\uff13\uff14\uff0e\uff15', 1234.5],
    ['\u0664\u0662\u066b\u0665', 42.5],
    ['\u096a\u0968', 42],
    ['1.5 \u00d7 10^3', 1500],
    ['1 x 10^{-3}', 0.001],
    ['$2 \\times 10^{4}$', 20_000],
    ['6.02\u00b710\u00b2\u00b3', 6.02e23],
    ['10\u207b\u00b2', 0.01],
    ['10^3', 1000],
    ['2^10', 1024],
    ['$1{,}234$', 1234],
    ['$1,\\!234$', 1234],
    ['$1\\,234$', 1234],
    ['$1.2 million', 1_200_000],
    ['3 millionaires', 3],
    ['24-3=21', 24],
    ['3, 4 or 5', 3],
    ['between 5-10', 5],
    ['A B2B deal by GPT-4 for 9', 9],
    ['- 3 apples', 3],
  ])('reads %s', (text, value) => {
    expect(firstNumber(text)).toEqual({ value, percent: false });
  });

  it('marks a percent sign and finds nothing where nothing is', () => {
    expect(firstNumber('about 12.5 %')).toEqual({ value: 12.5, percent: true });
    expect(firstNumber('12.5\\%')).toEqual({ value: 12.5, percent: true });
    expect(firstNumber('12.5 percent')).toEqual({ value: 12.5, percent: true });
    expect(firstNumber('12.5 per cent')).toEqual({ value: 12.5, percent: true });
    expect(firstNumber('\uff11\uff12\uff05')).toEqual({ value: 12, percent: true });
    expect(firstNumber('none')).toBeNull();
    expect(firstNumber('')).toBeNull();
    expect(firstNumber('1e9999')).toBeNull();
  });

  it.each([
    '2024-12-31',
    '2024-12-31T12:30:00Z',
    '31.12.2024',
    '31/12/24',
    '31 December 2024',
    'December 31, 2024',
    'Dec. 31st 2024',
    '12:30',
    '1.2.3',
    'v1.2.3',
    '192.168.0.1',
    '1/0',
  ])('takes %s for no number', (text) => {
    expect(firstNumber(text)).toBeNull();
    expect(finalNumber(text)).toBeNull();
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

describe('the final answer', () => {
  it.each([
    ['She has 4*6=24 nuts.\n24-3=21\n#### 21', 21],
    ['#### $1,200 of 4\nThat took 3 steps.', 1200],
    ['#### Step 2\nSo it is 30.', 30],
    ['It is \\boxed{21} in 3 steps', 21],
    ['\\boxed{\\frac{1}{2}}', 0.5],
    ['The answer is 21, found in 3 steps.', 21],
    ['Answer: **21**\nChecked 2 times.', 21],
    ['The answer is 4 + 5 = 9, in 3 steps', 9],
    ['There are 24; less 3 is 21.', 21],
    ['Between 5-10', 10],
    ['It is 42 m^2', 42],
    ['10\u201320', 20],
    ['**Answer**: 42, and 3 are left', 42],
    ['The answer is:\n\n42\n\nI took 2 steps.', 42],
    ['She has 12 marbles 2000 days long', 2000],
    ['24-3', 3],
    ['#### 2024-12-31', null],
    ['none', null],
  ])('of %j is %j', (text, value) => {
    expect(finalNumber(text)).toBe(value);
  });
});

describe('numberGrader', () => {
  it.each([
    ['9007199254740993', '9007199254740992', false],
    ['9,007,199,254,740,993', '9007199254740993', true],
    ['1.10', '1.1', true],
    ['1e400', '1e401', false],
    ['1e400', '1000e397', true],
    ['0.30000000000000004', '0.3', false],
    ['0.333333333333', '1/3', true],
    ['0.333', '1/3', false],
    ['2/6', '1/3', true],
    ['666666666666.666666', '2000000000000/3', true],
  ])('compares %s with %s to the last digit', (answer, target, passed) => {
    expect(numberGrader(0, false)(answer, target).passed).toBe(passed);
  });

  it('says the digits it compared', () => {
    expect(numberGrader(0, false)('9007199254740993', '1/3').note).toBe('9007199254740993 for 1/3, the last number');
  });

  it('holds an absolute tolerance, its edge included', () => {
    const grade = numberGrader(0.1, false);
    expect(grade('0.3', '0.2').passed).toBe(true);
    expect(grade('0.31', '0.2')).toEqual({ value: 0, passed: false, note: '0.31 for 0.2, the last number' });
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

  it('says which number of the answer counts', () => {
    const [final, first] = [numberGrader(0, false), numberGrader(0, false, 'first')];
    expect(final('4 bags, so 99.\n#### 99', '4').note).toBe('99 for 4, after ####');
    expect(first('4 bags, so 99.\n#### 99', '4')).toEqual({
      value: 1,
      passed: true,
      note: '4 for 4, the first number',
    });
    expect(final('0,9', '0,5').passed).toBe(false);
    expect(final('2024-12-30', '2024').note).toBe('no number in the answer: 2024-12-30 is a date, time or version');
  });

  it('says which side has no number', () => {
    expect(numberGrader(1, false)('none', '1').note).toBe('no number in the answer');
    expect(numberGrader(1, false)('1', 'none').note).toBe('no number in the target');
  });
});
