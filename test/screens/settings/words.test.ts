import { describe, expect, it } from 'vitest';
import { priceOf, SHIPPED_PRICES } from '../../../src/domain/pricing/prices.ts';
import { priceWords, profileId } from '../../../src/screens/settings/words.ts';

describe('priceWords', () => {
  it('never shows an unknown price as nothing', () => {
    expect(priceWords(priceOf('some-model', SHIPPED_PRICES), false)).toEqual({ train: 'unknown', use: 'unknown' });
    expect(priceWords(priceOf('practice-small', SHIPPED_PRICES), false)).toEqual({ train: 'free', use: 'free / free' });
  });

  it('tells a tuned model apart from its base', () => {
    const price = priceOf('gpt-4o-mini', SHIPPED_PRICES);
    expect(priceWords(price, false).use).toBe('$0.15 / $0.60');
    expect(priceWords(price, true).use).toBe('$0.30 / $1.20');
  });
});

describe('profileId', () => {
  it('makes a plain id of a name and never takes one twice', () => {
    expect(profileId('My Server: 4000', [])).toBe('my-server-4000');
    expect(profileId('OpenAI', ['openai', 'openai-2'])).toBe('openai-3');
    expect(profileId('日本', [])).toBe('provider');
  });
});
