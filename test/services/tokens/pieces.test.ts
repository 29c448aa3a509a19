import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { CL100K_TOKEN_SPLIT_REGEX, O200K_TOKEN_SPLIT_REGEX } from 'gpt-tokenizer/encodingParams/constants';
import { describe, expect, it } from 'vitest';
import { cl100kPieceEnd, codeOf, o200kPieceEnd } from '../../../src/services/tokens/pieces.ts';

const PLAIN = [
  ...'abzAZsStTlLvVeErRdDmM019',
  "'",
  "'",
  ' ',
  ' ',
  '\n',
  '\r',
  '\t',
  '\v',
  '/',
  '.',
  '-',
  '_',
  '\0',
  '\x1c',
];
/** What is a letter, a mark, a digit, white space or a sign beyond ASCII, and what folds into ASCII. */
const WIDE = [...'éÉ£ßﬁяЯ…éſ\u00a0\u0301猫١’\u2028\ufeffK', '🧙', '\ud83e'];
const texts = fc.oneof(
  fc.string({ unit: fc.constantFrom(...PLAIN), maxLength: 16 }),
  fc.string({ unit: fc.constantFrom(...PLAIN, ...WIDE), maxLength: 16 }),
);

const PAIRS = [
  ['o200k_base', o200kPieceEnd, O200K_TOKEN_SPLIT_REGEX],
  ['cl100k_base', cl100kPieceEnd, CL100K_TOKEN_SPLIT_REGEX],
] as const;

describe.each(PAIRS)('%s', (_, pieceEnd, pattern) => {
  const ends = (text: string): readonly number[] =>
    Array.from(text.matchAll(pattern), (found) => found.index + found[0].length);
  const begins = (text: string): readonly number[] => [0, ...ends(text)].slice(0, -1);
  const found = (text: string): readonly number[] => {
    const codes = Uint8Array.from(text.split(''), (unit) => codeOf(unit.charCodeAt(0)));
    return begins(text).map((at) => pieceEnd(codes, at, codes.length));
  };

  it('ends every piece where the pattern ends it, or leaves it to the pattern', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(found(text).map((end, piece) => (end === -1 ? ends(text)[piece] : end))).toEqual(ends(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it('knows the kind of each character that it gives a code of its own', () => {
    const unlike = Array.from({ length: 0x10000 }, (_, unit) => unit).filter((unit) => {
      const code = codeOf(unit);
      if (unit < 128 || code === codeOf(0x732b)) return false;
      const char = String.fromCharCode(unit);
      const kinds: readonly (readonly [known: string, pattern: RegExp])[] = [
        ['é', /^\p{Ll}$/u],
        ['É', /^[\p{Lu}\p{Lt}]$/u],
        ['\u00a0', /^[^\S\r\n]$/u],
        ['’', /^[^\s\p{L}\p{N}\p{M}]$/u],
      ];
      return !kinds.some(([known, pattern]) => code === codeOf(known.charCodeAt(0)) && pattern.test(char));
    });
    expect(unlike).toEqual([]);
  });

  it('leaves no piece of Western text to the pattern', () => {
    const text = 'Oslo? Über “Größe” – Ça va, naïve café… 5 € à l’heure; Москва « là » £3';
    expect(found(text)).toEqual(ends(text));
  });

  it('leaves no piece of ASCII to the pattern', () => {
    const source = readFileSync(new URL(import.meta.url), 'utf8').replaceAll(/[^\0-\x7f]/g, '');
    expect(found(source)).toEqual(ends(source));
  });
});
