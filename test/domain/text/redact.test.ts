import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactKeys } from '../../../src/domain/text/sanitize.ts';

const secret = fc.stringMatching(/^[A-Za-z0-9]{40}$/);

describe('redactKeys', () => {
  it('masks a key wherever a message puts one', () => {
    fc.assert(
      fc.property(
        secret,
        fc.constantFrom(
          'sk-',
          'sk-proj-',
          'hf_',
          'Bearer ',
          'Authorization: Bearer ',
          'api-key: ',
          'API key provided: ',
        ),
        fc.lorem(),
        (key, before, words) => {
          expect(redactKeys(`${words} ${before}${key}. ${words}`)).not.toContain(key);
        },
      ),
    );
  });

  it('masks known secrets without any mark', () => {
    expect(redactKeys('the word opensesame came back', ['opensesame'])).toBe('the word … came back');
    expect(redactKeys('abc', ['', 'a'])).toBe('abc');
  });

  it('says what kind of key it was and leaves other text alone', () => {
    expect(redactKeys('Incorrect API key provided: sk-abcdef123456.')).toBe('Incorrect API key provided: sk-….');
    const harmless = 'ft:practice-small:luthier:dnd:8Kq2abcd trained from file-abcdefghijklmnopqrstuvwx (24 rows)';
    expect(redactKeys(harmless)).toBe(harmless);
    expect(redactKeys('You did not provide an API key.')).toBe('You did not provide an API key.');
  });
});
