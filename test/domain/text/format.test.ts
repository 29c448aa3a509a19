import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ageText,
  byteSize,
  clockTime,
  count,
  dateAndTime,
  duration,
  formatUsd,
  lossText,
  percent,
  plural,
  pValue,
  shareRange,
  shareText,
  timeOfDay,
  tokenPrice,
} from '../../../src/domain/text/format.ts';

describe('figures', () => {
  it('are grouped, and agree with their nouns', () => {
    expect([count(0), count(1296), count(1296n), count(2.6)]).toEqual(['0', '1,296', '1,296', '3']);
    expect([plural(1, 'row'), plural(1n, 'cell'), plural(1296, 'row')]).toEqual(['1 row', '1 cell', '1,296 rows']);
    expect(plural(0, 'reply', 'replies')).toBe('0 replies');
  });

  it('are grouped as the language does, however many digits they have', () => {
    const inWords = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
    const wholes = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -9_999, max: 9_999 }), fc.bigInt());
    fc.assert(fc.property(wholes, (value) => count(value) === inWords.format(value === 0 ? 0 : value)));
  });

  it('give money as the language does, half a cent included', () => {
    const inWords = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    const halves = fc.maxSafeNat().map((thousandths) => Number(`${thousandths}5`) / 1000);
    const any = fc.double({ min: 0.0995, max: Number.MAX_SAFE_INTEGER, noNaN: true });
    const usual = fc.double({ min: 0.0995, max: 20_000, noNaN: true });
    fc.assert(
      fc.property(fc.oneof(halves, any, usual), (usd) => {
        fc.pre(usd >= 0.0995 && usd <= Number.MAX_SAFE_INTEGER);
        expect(formatUsd(usd)).toBe(`$${inWords.format(usd)}`);
      }),
      { numRuns: 2_000 },
    );
    expect([0.125, 1.005, 1.115, 2.675, 1234.565].map(formatUsd)).toEqual([
      '$0.13',
      '$1.01',
      '$1.12',
      '$2.68',
      '$1,234.57',
    ]);
  });

  it('count time as a clock does, and shares so that only the whole is 100%', () => {
    expect([19_999, 725_000, 3_723_000, -5].map(clockTime)).toEqual(['00:19', '12:05', '1:02:03', '00:00']);
    expect([0, 0.999, 1, 3, Number.NaN].map(percent)).toEqual(['0%', '99%', '100%', '100%', '0%']);
  });

  it('give how long something took in the unit that people use', () => {
    expect([12, 4210, 187_000, 600_000, 3_725_000].map(duration)).toEqual([
      '12 ms',
      '4.2 s',
      '3:07',
      '10:00',
      '1:02:05',
    ]);
  });

  it('date a time of the API to the second', () => {
    expect(dateAndTime(1_700_000_000)).toMatch(/^2023-11-1[45] \d\d:\d\d:20$/);
    expect(dateAndTime(1_700_000_000)).toContain(timeOfDay(1_700_000_000));
    expect([59, 3599, 86_399, 86_400].map((seconds) => ageText(0, seconds * 1000))).toEqual([
      '59 s',
      '59 min',
      '23 h',
      '1 d',
    ]);
  });

  it('say nothing as a dash, a share to its tenth, and a tiny p as a bound', () => {
    expect([shareText(null), shareText(0.8567), shareRange({ low: 0.7956, high: 0.893 })]).toEqual([
      '—',
      '85.7%',
      '79.6–89.3%',
    ]);
    expect([0, 0.00009, 0.0703, 0.42, 1].map(pValue)).toEqual([
      'p < 0.001',
      'p < 0.001',
      'p = 0.070',
      'p = 0.420',
      'p = 1.000',
    ]);
  });

  it('keep the prices of tokens exact', () => {
    expect([null, 0, 25, 0.0375, 1250].map(tokenPrice)).toEqual(['unknown', 'free', '$25.00', '$0.0375', '$1,250.00']);
  });

  it('measure bytes in thousands, three digits at the most before the unit', () => {
    const sizes = [0, 999, 1000, 1536, 15_360, 52_000_000, 999_999, 99_960, 4e15];
    expect(byteSize(null)).toBe('–');
    expect(sizes.map(byteSize)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '1.5 kB',
      '15.4 kB',
      '52.0 MB',
      '1.0 MB',
      '100 kB',
      '4000 TB',
    ]);
    fc.assert(
      fc.property(fc.nat(2 ** 40), (bytes) => {
        expect(byteSize(bytes)).toMatch(/^\d{1,3}(\.\d)? (B|kB|MB|GB|TB)$/);
      }),
    );
  });
});

it('a loss has three decimals, and one where it is large', () => {
  expect([null, 0, 0.81, 2.34567, 9.9994, 12.345, -10.5].map(lossText)).toEqual([
    '—',
    '0.000',
    '0.810',
    '2.346',
    '9.999',
    '12.3',
    '-10.5',
  ]);
});

it('figures that nobody can have counted are written short', () => {
  for (const text of [count(1e300), formatUsd(1e300), formatUsd(-1e300), byteSize(1e300)])
    expect(text.length).toBeLessThan(14);
});
