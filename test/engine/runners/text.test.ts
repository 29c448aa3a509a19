import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countTokens, tokenize } from '../../../src/engine/runners/text.ts';

test('any text comes back from its tokens, lone surrogates included', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
      (text) => {
        expect(tokenize(text).join('')).toBe(text);
        expect(countTokens(text)).toBe(tokenize(text).length);
      },
    ),
  );
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => tokenize(text).join('') === text));
});

test('words keep the space before them, hyphens and accents; marks stand alone', () => {
  expect(tokenize('A half-orc’s café, 12345!')).toEqual(['A', ' half-orc', '’s', ' café', ',', ' 123', '45', '!']);
  expect(tokenize('你好 世界')).toEqual(['你', '好', ' 世', '界']);
});

test('an unbroken run of a hundred thousand letters is cut and counted', () => {
  const text = 'a'.repeat(100_000);
  expect(countTokens(text)).toBe(Math.ceil(100_000 / 32));
  expect(tokenize(text).join('')).toBe(text);
});
