import { expect, it } from 'vitest';
import { createKeyMask } from '../../../src/domain/text/key-mask.ts';

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
