import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sanitizeLine, sanitizeText } from '../../../src/domain/text/sanitize.ts';

const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\x1b', '\x1b[', '\x9b', '\x1b]', '\x9d', '\x07', '\x1b\\', '\x9c', '\x1bP', '\x90', '\x1b[31m'),
      fc.constantFrom('\x1b]0;title\x07', '\x1b[2J', '\u202e', '\u2066', '\ud800', '\udc00', '\r', '\t', '\n', '\0'),
    ),
  )
  .map((parts) => parts.join(''));

const DANGEROUS = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u2028\u2029]/;

describe('sanitizeText', () => {
  it('never lets a control, an escape or a bidi override through, and keeps text well formed', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const safe = sanitizeText(text);
        expect(DANGEROUS.test(safe)).toBe(false);
        expect(safe.isWellFormed()).toBe(true);
        expect(sanitizeText(safe)).toBe(safe);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['colours', '\x1b[1;31mred\x1b[0m', 'red'],
    ['8-bit CSI', 'a\x9b31mb', 'ab'],
    ['a title, ended by BEL', '\x1b]0;pwned\x07hello', 'hello'],
    ['a hyperlink, ended by ST', '\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['a clipboard write in 8-bit form', 'x\x9d52;c;ZXZpbA==\x9cy', 'xy'],
    ['DCS', '\x1bPq#0;2;0\x1b\\ok', 'ok'],
    ['an unended OSC loses its start only', '\x1b]0;rest', '0;rest'],
    ['two-character escapes', '\x1bcreset\x1b(B', 'reset'],
    ['other line ends', 'a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
    ['tabs', 'a\tb', 'a  b'],
    ['a lone surrogate', 'a\ud800b', 'a\ufffdb'],
    ['a bidi override', 'abc\u202edcba', 'abcdcba'],
    ['hidden tag characters', 'ok\u{e0041}\u{e0042}', 'ok'],
  ])('cleans %s', (_, raw, clean) => {
    expect(sanitizeText(raw)).toBe(clean);
  });

  it('leaves honest text of every script alone', () => {
    for (const text of ['Name: Saelith Moonweir', '名前：月\n', 'Ünïcödé', '👩‍👩‍👧‍👦 ❤️', 'שלום', 'مرحبا']) {
      expect(sanitizeText(text)).toBe(text);
    }
  });

  it('is linear: a hostile 200 kB text is cleaned', () => {
    expect(sanitizeText('\x1bP'.repeat(100_000))).toBe('');
    expect(sanitizeText(`\x1b[${'0'.repeat(200_000)}`)).toHaveLength(200_000);
  });
});

describe('sanitizeLine', () => {
  it('gives one line', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(/[\x00-\x1f\x7f-\x9f]/.test(sanitizeLine(text))).toBe(false);
      }),
    );
    expect(sanitizeLine('a\nb')).toBe('a b');
  });
});
