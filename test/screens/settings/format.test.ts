import { describe, expect, it } from 'vitest';
import { priceOf, SHIPPED_PRICES } from '../../../src/domain/pricing/prices.ts';
import { BUILT_IN_PROFILES } from '../../../src/domain/provider/profiles.ts';
import { addressText, priceText } from '../../../src/screens/settings/format.ts';
import { environmentUrlOf } from '../../../src/services/openai/address.ts';

describe('priceWords', () => {
  it('never shows an unknown price as nothing', () => {
    expect(priceText(priceOf('some-model', SHIPPED_PRICES), false)).toEqual({ train: 'unknown', use: 'unknown' });
    expect(priceText(priceOf('practice-small', SHIPPED_PRICES), false)).toEqual({ train: 'free', use: 'free / free' });
  });

  it('distinguishes a tuned model from its base', () => {
    const price = priceOf('gpt-4o-mini', SHIPPED_PRICES);
    expect(priceText(price, false).use).toBe('$0.15 / $0.60');
    expect(priceText(price, true).use).toBe('$0.30 / $1.20');
  });
});

describe('addressOf', () => {
  it('names the address that OPENAI_BASE_URL sends OpenAI to, and only OpenAI', () => {
    const [embedded, openai] = BUILT_IN_PROFILES;
    if (embedded === undefined || openai === undefined) throw new Error('Two providers are always there.');
    const url = environmentUrlOf('http://localhost:4000/v1?key=secret');
    expect(addressText(openai, url)).toBe(
      'http://localhost:4000/v1 (written as http://localhost:4000/v1?… from OPENAI_BASE_URL)',
    );
    expect(addressText(openai, environmentUrlOf('http://localhost:4000/v1'))).toBe(
      'http://localhost:4000/v1 from OPENAI_BASE_URL',
    );
    expect(addressText(openai, environmentUrlOf(undefined))).toBe('the default address');
    expect(addressText(openai, environmentUrlOf('http://me:secret@localhost/v1'))).toBe('the default address');
    expect(addressText({ ...openai, baseUrl: 'https://own/v1' }, url)).toBe('https://own/v1');
    expect(addressText({ ...openai, baseUrl: 'https://own/' }, url)).toBe('https://own/v1 (written as https://own/)');
    expect(addressText(openai, environmentUrlOf('http://localhost:4000/v1/chat/completions'))).toBe(
      'http://localhost:4000/v1 (written as http://localhost:4000/v1/chat/completions from OPENAI_BASE_URL)',
    );
    expect(addressText(embedded, url)).toBe('started when it is needed');
  });
});
