import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chrF, similarityGrader } from '../../../../src/domain/evaluation/graders/similarity.ts';

/** Texts of sacreBLEU's own chrF tests; scores of `sacrebleu.sentence_chrf` 2.6.0 with its defaults, over 100. */
const PUBLISHED: readonly (readonly [string, string, number])[] = [
  [
    'Die Beziehung zwischen Obama und Netanjahu ist nicht gerade freundlich.',
    'Das Verhältnis zwischen Obama und Netanyahu ist nicht gerade freundschaftlich.',
    0.64818123726097,
  ],
  [
    'risk assessment must be made of those who are qualified and expertise in the sector - these are the scientists .',
    'risk assessment has to be undertaken by those who are qualified and expert in that area - that is the scientists .',
    0.6343165368117263,
  ],
  [
    'Lapali po dechu, jejich životy skončily dřív, než skutečně začaly.',
    'Lapali po dechu a pak jejich život skončil - dřív, než skutečně mohl začít, připomněli.',
    0.571574275128,
  ],
  ['aa', 'ab', 0.25],
  ['a b c', 'abc', 1],
  ['The cat sat', 'The cat sat on the mat', 0.4959348409966008],
  ['', 'x', 0],
  ['abcdefg', 'hijklmnop', 0],
];

describe('chrF', () => {
  it.each(PUBLISHED)('agrees with sacreBLEU on %j', (answer, target, score) => {
    expect(chrF(answer, target)).toBeCloseTo(score, 10);
  });

  it('counts an emoji as one character', () => {
    expect(chrF('a😀', 'ab')).toBeCloseTo(chrF('ac', 'ab'), 12);
    expect(chrF('😀😀', '😀😁')).toBeCloseTo(0.25, 12);
  });

  it('is 1 for equal texts and stays within 0 and 1', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (answer, target) => {
        const value = chrF(answer, target);
        expect(value >= 0 && value <= 1).toBe(true);
        expect(chrF(target, target)).toBeCloseTo(1, 12);
      }),
    );
  });
});

describe('similarityGrader', () => {
  it('passes at the threshold and says the score', () => {
    expect(similarityGrader(0.25)('aa', 'ab')).toEqual({
      value: 0.25,
      passed: true,
      note: 'chrF 0.25, compared "aa" with "ab"',
    });
    expect(similarityGrader(0.26)('aa', 'ab').passed).toBe(false);
  });
});
