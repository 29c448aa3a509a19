import { describe, expect, it } from 'vitest';
import { blindResult } from '../../../../src/domain/evaluation/statistics/paired.ts';
import type { Vote } from '../../../../src/domain/evaluation/types.ts';

const tuned = { providerId: 'engine', model: 'ft:a' };
const base = { providerId: 'engine', model: 'base' };
const third = { providerId: 'other', model: 'ft:a' };

const vote = (first: typeof tuned, second: typeof tuned, choice: Vote['choice']): Vote => ({
  itemId: 'x',
  first,
  second,
  choice,
  at: 0,
});

describe('blindResult', () => {
  it('counts for a model whichever place it was shown in, and votes of no other pair', () => {
    const votes = [
      vote(tuned, base, 'first'),
      vote(base, tuned, 'second'),
      vote(base, tuned, 'first'),
      vote(tuned, base, 'tie'),
      vote(third, base, 'first'),
    ];
    const result = blindResult(votes, tuned, base);
    expect(result).toMatchObject({ wins: 2, losses: 1, ties: 1, share: 2 / 3, shareWithTies: 2.5 / 4, p: 1 });
    const other = blindResult(votes, base, tuned);
    expect(other.share).toBeCloseTo(1 / 3, 12);
    expect(other.interval.low).toBeCloseTo(1 - result.interval.high, 12);
  });

  it('leaves ties out of the test: 10 wins to 2 is p = 0.0386', () => {
    const votes = [
      ...Array.from({ length: 10 }, () => vote(tuned, base, 'first')),
      ...Array.from({ length: 2 }, () => vote(tuned, base, 'second')),
      ...Array.from({ length: 30 }, () => vote(tuned, base, 'tie')),
    ];
    expect(blindResult(votes, tuned, base).p).toBeCloseTo(0.03857421875, 12);
  });

  it('says nothing before the first vote', () => {
    expect(blindResult([], tuned, base)).toEqual({
      wins: 0,
      losses: 0,
      ties: 0,
      share: null,
      shareWithTies: null,
      p: 1,
      interval: { low: 0, high: 1 },
    });
  });
});
