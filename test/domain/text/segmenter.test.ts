import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { segmentGraphemes } from '../../../src/domain/text/segmenter.ts';

const real = new Intl.Segmenter('en', { granularity: 'grapheme' });
const clustersOf = (clusters: Iterable<{ readonly segment: string; readonly index: number }>) =>
  Array.from(clusters, ({ segment, index }) => ({ segment, index }));

/** Every code unit but halves of a pair, and the signs that join: marks, joiners, jamo, flags, prepended signs. */
const signs = fc.oneof(
  fc.integer({ min: 0, max: 0xd7ff }).map((code) => String.fromCharCode(code)),
  fc.integer({ min: 0, max: 0x2ff }).map((code) => String.fromCharCode(code)),
  fc.constantFrom(
    '\r',
    '\n',
    '\u0301',
    '\u200d',
    '\ufe0f',
    '\u20e3',
    'ᄀ',
    'ᅡ',
    'ᆨ',
    '🇩',
    '👩',
    '🏽',
    '\u0600',
    'क',
    '\u094d',
    '☎',
    '▶',
    '│',
  ),
);
const texts = fc.array(signs, { maxLength: 12 }).map((parts) => parts.join(''));

describe('grapheme clusters', () => {
  it('are those of Intl.Segmenter', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 0, max: 14 }), (text, index) => {
        expect(clustersOf(segmentGraphemes(text))).toEqual(clustersOf(real.segment(text)));
        const found = real.segment(text).containing(index);
        expect(segmentGraphemes(text).containing(index)).toEqual(
          found === undefined ? undefined : expect.objectContaining({ segment: found.segment, index: found.index }),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('are each sign beside each that it could join, for every sign that is cut without tables', () => {
    const next = ['a', '│', '\u001b', '—', '漢'];
    for (let code = 0; code < 0xd800; code += 1) {
      const text = next.map((sign) => String.fromCharCode(code) + sign).join('');
      expect(
        Array.from(segmentGraphemes(text), ({ segment }) => segment),
        `U+${code.toString(16)}`,
      ).toEqual(Array.from(real.segment(text), ({ segment }) => segment));
    }
  });
});
