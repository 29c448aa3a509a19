import { expect, it } from 'vitest';
import { createKeyMask, createKeyRedaction } from '../../../src/domain/text/key-mask.ts';

const KEY = 'my-own-key-12345';

it('keys in use are masked wherever they stand, and counted', () => {
  const keys = createKeyMask([KEY, `${KEY}-long`, '']);
  expect([...keys.lines([`{"a":"${KEY} and ${KEY}"}`, 'plain', `${KEY}-long`])]).toEqual([
    '{"a":"… and …"}',
    'plain',
    '…',
  ]);
  expect(keys.told()).toBe(' 3 keys in use stood in it and are masked.');
});

it('what is no key in use stays, and nothing is told', () => {
  const keys = createKeyMask(['none']);
  const text = 'none of sk-proj-abcdefghijklmnop';
  expect(keys.mask(text)).toBe(text);
  expect(keys.told()).toBe('');
});

it('for others to read, what looks like a key is masked and counted as well', () => {
  const keys = createKeyRedaction([KEY]);
  expect(keys.told()).toBe('');
  const secret = 'A'.repeat(24);
  const text = `${KEY}, sk-proj-abcdefghijklmnop, Bearer abcdefgh1234 and api key: ${secret}`;
  expect(keys.mask(text)).toBe('…, sk-…, Bearer … and api key: …');
  expect(keys.told()).toBe(' 4 keys stood in it and are masked.');
});
