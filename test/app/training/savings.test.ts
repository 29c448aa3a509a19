import { describe, expect, it } from 'vitest';
import { quoteSavings, savingsQuoteLines } from '../../../src/app/training/savings.ts';
import { SHIPPED_PRICES } from '../../../src/domain/pricing/prices.ts';
import { savingsLines, savingsOf } from '../../../src/domain/pricing/savings.ts';
import { fakeDeps } from '../fakes/fake-deps.ts';
import { templateOf } from '../fakes/provider.ts';
import { rowOf } from '../fakes/rows.ts';

const input = {
  teacher: 'gpt-4o',
  base: 'gpt-4o-mini-2024-07-18',
  teacherTokens: 1_000,
  studentTokens: 100,
  answerTokens: 200,
  jobUsd: 3,
  teacherPrices: SHIPPED_PRICES,
  tunedPrices: SHIPPED_PRICES,
};

describe('what the short prompt saves', () => {
  it('is the difference of two calls, and the job has paid for itself after so many of them', () => {
    const savings = savingsOf(input);
    // gpt-4o: 1,000 in at $2.50 and 200 out at $10 a million; a tuned gpt-4o-mini: 100 at $0.30 and 200 at $1.20.
    expect(savings.teacherUsd).toBeCloseTo(0.0045, 10);
    expect(savings.tunedUsd).toBeCloseTo(0.00027, 10);
    expect(savings.savedUsd).toBeCloseTo(0.00423, 10);
    expect(savings.breakEvenCalls).toBe(Math.ceil(3 / 0.00423));
    expect(savingsLines(savings)).toEqual([
      'Prompt: 1,000 tokens to gpt-4o, 100 to the tuned model (90% fewer)',
      'Saves $4.23 on 1,000 calls: $4.50 for 1,000 calls of gpt-4o, $0.27 of the tuned model',
      'The job, $3.00, pays for itself after 710 calls',
    ]);
  });

  it('stays unknown where a price is, and says whose', () => {
    const unpriced = savingsOf({ ...input, teacher: 'mystery', base: 'riddle' });
    expect(unpriced).toMatchObject({ teacherUsd: null, tunedUsd: null, savedUsd: null, breakEvenCalls: null });
    expect(savingsLines(unpriced)[1]).toBe('Saved: unknown, there is no price of mystery and a tuned riddle');
    const job = savingsOf({ ...input, jobUsd: null });
    expect(job.breakEvenCalls).toBeNull();
    expect(savingsLines(job)[2]).toBe('Pays for itself: unknown, the cost of the job is');
  });

  it('is nothing where the tuned model costs more', () => {
    const dearer = savingsOf({ ...input, teacher: 'gpt-4o-mini', base: 'gpt-4o', studentTokens: 1_500 });
    expect(dearer.savedUsd).toBeLessThan(0);
    expect(dearer.breakEvenCalls).toBeNull();
    expect(savingsLines(dearer)).toEqual([
      expect.stringContaining('(50% more)'),
      expect.stringMatching(/^Saves nothing: /),
    ]);
  });
});

describe('its quote', () => {
  const request = {
    projectId: 'p',
    teacher: { providerId: 'openai', model: 'gpt-4o', maxTokens: 300 },
    base: { providerId: 'openai', model: 'gpt-4o-mini' },
    jobUsd: null,
  };

  it('counts the prompts of all combinations, or of a sample that is said to be one', async () => {
    const deps = fakeDeps({});
    const all = await quoteSavings(deps, { ...request, template: templateOf(3) });
    if (all === null) return expect.fail('there is no quote');
    expect(all).toMatchObject({ counted: 9, combinations: 9n, answers: 0, answerTokens: 300 });
    expect(all.teacherTokens).toBeGreaterThan(all.studentTokens);
    expect(savingsQuoteLines(all).at(-1)).toBe(
      'Counted on 9 combinations, with answers as long as allowed (300 tokens).',
    );
    const usage = (completionTokens: number) => ({ promptTokens: 9, completionTokens, cachedTokens: 0 });
    deps.rows.put([rowOf('a', { usage: usage(100) }), rowOf('b', { usage: usage(201) })]);
    const many = await quoteSavings(deps, { ...request, template: templateOf(1_000) });
    if (many === null) return expect.fail('there is no quote');
    expect(savingsQuoteLines(many).at(-1)).toBe(
      'Counted on a sample of 200 of 1,000,000 combinations, with answers of 151 tokens, the mean of 2.',
    );
    expect(await quoteSavings(deps, { ...request, template: templateOf(0) })).toBeNull();
  });
});
