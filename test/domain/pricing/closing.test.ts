import { expect, it } from 'vitest';
import { closingOf, closingText } from '../../../src/domain/pricing/closing.ts';
import { SHIPPED_PRICES } from '../../../src/domain/pricing/prices.ts';
import type { ModelInfo } from '../../../src/domain/provider/provider.ts';

const model = (id: string, shutdownDate: string | null): ModelInfo => ({ id, ownedBy: '', shutdownDate, tuned: false });
const facts = { models: [model('llama', '2026-12-01'), model('own', '2027-05-05')], prices: SHIPPED_PRICES };

it.each([
  ['own', undefined, 'shuts down 2027-05-05'],
  ['gpt-4o-mini', undefined, 'shuts down 2027-01-14'],
  ['gpt-3.5-turbo', undefined, 'shut down 2026-10-23'],
  ['ft:gpt-4o-mini-2024-07-18:acme::x', undefined, 'dies with its base on 2027-01-14'],
  ['gpt-4.1-mini-2025-04-14.ft-0a1b-s', undefined, 'dies with its base on 2027-01-14'],
  ['ft:gpt-3.5-turbo:acme::x', undefined, 'died with its base on 2026-10-23'],
  ['acme/llama-nda', 'llama', 'dies with its base on 2026-12-01'],
  ['unheard-of', undefined, ''],
] as const)('%s, tuned from %s: %s', (id, base, words) => {
  expect(closingText(closingOf(id, { ...facts, ...(base !== undefined && { base }) }), '2026-11-29')).toBe(words);
});
