import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chatCost, chatCostUpTo, trainingCost, trainingQuote } from '../../../src/domain/pricing/cost.ts';
import { priceOverrideSchema, withOverride } from '../../../src/domain/pricing/override.ts';
import { priceOf, pricesAt, SHIPPED_PRICES } from '../../../src/domain/pricing/prices.ts';
import { formatUsd } from '../../../src/domain/text/format.ts';

describe('priceOf', () => {
  it.each([
    ['gpt-4o-mini', 3],
    ['gpt-4o-mini-2024-07-18', 3],
    ['ft:gpt-4o-mini-2024-07-18:acme:dnd:8Kq2abcd', 3],
    ['gpt-4.1-2025-04-14', 25],
    ['practice-small', 0],
    ['ft:practice-small:luthier::8Kq2abcd', 0],
  ])('knows %s', (model, train) => {
    expect(priceOf(model, SHIPPED_PRICES)?.train).toBe(train);
  });

  it.each(['gpt-4o-audio-preview', 'gpt-4o-2024-05-13', 'gpt-5', 'toString', ''])('does not guess %j', (model) => {
    expect(priceOf(model, SHIPPED_PRICES)?.input ?? null).toBeNull();
    expect(trainingCost(1000, model, SHIPPED_PRICES)).toBeNull();
    expect(chatCostUpTo(1, 1, model, SHIPPED_PRICES)).toBeNull();
  });
});

describe('chatCost', () => {
  const usage = { promptTokens: 1_000_000, completionTokens: 1_000_000, cachedTokens: 500_000 };

  it('has its own prices for tuned models, and for cached input where known', () => {
    expect(chatCost(usage, 'gpt-4o-mini', SHIPPED_PRICES)).toBeCloseTo(0.75);
    expect(chatCost(usage, 'ft:gpt-4o-mini:a::b', SHIPPED_PRICES)).toBeCloseTo(0.15 + 0.075 + 1.2);
    expect(chatCost(usage, 'practice-writer', SHIPPED_PRICES)).toBe(0);
    expect(chatCost(null, 'gpt-4o-mini', SHIPPED_PRICES)).toBeNull();
  });
});

describe('trainingQuote', () => {
  const request = {
    model: 'gpt-4o-mini',
    trainExamples: 16,
    validationExamples: 4,
    tokensPerEpoch: 10_000,
    prices: SHIPPED_PRICES,
  };

  it('bills the epochs that were set, or the default rule', () => {
    expect(trainingQuote({ ...request, epochs: 'auto' })).toMatchObject({
      epochs: 6,
      epochsAreDefault: true,
      billedTokens: 60_000,
      costUsd: 0.18,
    });
    expect(trainingQuote({ ...request, epochs: 2 })).toMatchObject({
      epochs: 2,
      epochsAreDefault: false,
      costUsd: 0.06,
    });
    expect(trainingQuote({ ...request, epochs: 2, model: 'mystery' }).costUsd).toBeNull();
  });
});

describe('price overrides', () => {
  it('go over the shipped table', () => {
    const override = priceOverrideSchema.parse({ date: '2027-01', models: { 'my-model': { input: 1, output: 2 } } });
    const table = withOverride(SHIPPED_PRICES, override);
    expect(table).toMatchObject({ date: '2027-01', overridden: true });
    expect(chatCostUpTo(1_000_000, 1_000_000, 'my-model', table)).toBe(3);
    expect(trainingCost(1, 'my-model', table)).toBeNull();
    expect(priceOf('gpt-4o', table)).toEqual(priceOf('gpt-4o', SHIPPED_PRICES));
  });

  it('refuse nonsense', () => {
    expect(priceOverrideSchema.safeParse({ date: 'today', models: {} }).success).toBe(false);
    expect(priceOverrideSchema.safeParse({ date: '2027-01', models: { a: { input: -1 } } }).success).toBe(false);
  });
});

describe('formatUsd', () => {
  it.each([
    [null, 'unknown'],
    [0, '$0.00'],
    [0.0042, '$0.0042'],
    [0.042, '$0.042'],
    [0.31, '$0.31'],
    [0.0996, '$0.10'],
    [1234.5, '$1,234.50'],
    [0.0000001, '<$0.000001'],
    [-0.5, '-$0.50'],
  ])('writes %s as %s', (usd, text) => {
    expect(formatUsd(usd)).toBe(text);
  });

  it('never shows a cost as nothing', () => {
    fc.assert(
      fc.property(fc.double({ min: Number.MIN_VALUE, max: 1e6, noNaN: true }), (usd) => {
        expect(/[1-9]/.test(formatUsd(usd))).toBe(true);
      }),
    );
  });
});

describe('prices at a place', () => {
  it('are nothing on this machine, whatever a provider takes for a model of that name', () => {
    const own = pricesAt('embedded', SHIPPED_PRICES);
    const usage = { promptTokens: 1000, completionTokens: 1000, cachedTokens: 0 };
    for (const model of ['gpt-4o', 'Qwen/Qwen3-0.6B', 'ft:Qwen/Qwen3-0.6B:luthier:dnd:abcd1234']) {
      expect(chatCost(usage, model, own), model).toBe(0);
      expect(trainingCost(1000, model, own), model).toBe(0);
    }
    expect(pricesAt('openai', SHIPPED_PRICES)).toBe(SHIPPED_PRICES);
    expect(pricesAt(undefined, SHIPPED_PRICES)).toBe(SHIPPED_PRICES);
  });
});
