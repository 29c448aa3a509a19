import { describe, expect, it } from 'vitest';
import type { PairSummary } from '../../../../src/domain/evaluation/metrics.ts';
import { decimal, describeBest, describePair, modelNames } from '../../../../src/domain/evaluation/report/format.ts';
import { BASE, TUNED } from '../evaluated-items.ts';

const pair = (onlyFirst: number, onlySecond: number, p: number, moreRows: number | null): PairSummary => ({
  first: BASE,
  second: TUNED,
  n: 100,
  bothRight: 0,
  bothWrong: 100 - onlyFirst - onlySecond,
  onlyFirst,
  onlySecond,
  difference: (onlySecond - onlyFirst) / 100,
  p,
  moreRows,
  scoreDifference: null,
});

describe('comparison', () => {
  it('claims a difference only when it is separated, whichever way it goes', () => {
    expect(describePair(pair(2, 20, 0.0001, 0), 'base', 'tuned')).toBe(
      'tuned is better than base by 18.0 points (p < 0.001, exact McNemar over 100 items).',
    );
    expect(describePair(pair(20, 2, 0.0001, 0), 'base', 'tuned')).toMatch(/^base is better than tuned by 18.0 points/);
    expect(describePair(pair(3, 6, 0.508, 590), 'base', 'tuned')).toBe(
      'tuned is ahead of base by 3.0 points, which chance may do (p = 0.508, exact McNemar over 100 items). ' +
        'About 590 more rows like these would separate them.',
    );
    expect(describePair(pair(4, 4, 1, null), 'base', 'tuned')).toMatch(/^tuned and base are right equally often/);
    expect(describePair({ ...pair(0, 0, 1, null), difference: null }, 'a', 'b')).toMatch(/no answered item in common/);
    const means = { mean: -0.125, interval: { low: -0.2, high: -0.05 } };
    const scored = { ...pair(0, 0, 1, null), difference: null, scoreDifference: means };
    const wanted = 'b against a: mean score 0.125 less on 100 items (95% -0.200 to -0.050): a significant difference.';
    expect(describePair(scored, 'a', 'b')).toBe(wanted);
  });
});

describe('choice', () => {
  const best = { model: TUNED, passed: 9, accuracy: 0.9, meanScore: 0.9 };
  const nameOf = ({ model }: { readonly model: string }): string => model;
  const shared = { best, ranking: [best], items: 10 };

  it('says how far the figures carry it', () => {
    expect(describeBest({ ...shared, tied: [], p: 0.01 }, nameOf)).toBe(
      'Best: ft:tuned, right on 90.0% of the 10 items all answered.',
    );
    expect(describeBest({ ...shared, tied: [], p: 0.5 }, nameOf)).toBe(
      'Ahead: ft:tuned, right on 90.0% of the 10 items all answered; chance may have put it before the next (p = 0.500).',
    );
    expect(describeBest({ ...shared, tied: [BASE], p: 1 }, nameOf)).toBe(
      'No best: ft:tuned and base are level on the 10 items all answered.',
    );
    const mean = { ...best, accuracy: null, meanScore: 0.41 };
    expect(describeBest({ ...shared, best: mean, tied: [], p: null }, nameOf)).toBe(
      'Highest mean score: ft:tuned, 0.41 on the 10 items all answered.',
    );
  });
});

describe('figures in words', () => {
  it('says nothing as a dash, and a score in two decimals', () => {
    expect([decimal(null), decimal(0.8567)]).toEqual(['—', '0.86']);
  });

  it('names the provider only where two models share a name', () => {
    expect(modelNames([BASE, TUNED, { ...BASE, providerId: 'azure' }])).toEqual([
      'base (engine)',
      'ft:tuned',
      'base (azure)',
    ]);
  });
});
