import { describe, expect, it } from 'vitest';
import { natureOf } from '../../../src/domain/text/encoding-guess.ts';

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('the nature of bytes that are no UTF-8', () => {
  it.each([
    ['other', [latin('Caf'), latin('\xe9 ferm\xe9')], true],
    ['mixed', [Buffer.from('déjà\nCaf'), latin('\xe9\n')], true],
    ['cut', [Buffer.from('déjà '), Buffer.from('€').subarray(0, 2)], true],
    ['cut', [Buffer.from('plain '), Buffer.from('😀').subarray(0, 3)], true],
    ['other', [latin('Un caf'), latin('\xe9')], true],
    ['mixed', [Buffer.from('déjà '), Buffer.from('€').subarray(0, 2)], false],
    ['other', [latin('plain '), latin('\xff')], true],
  ] as const)('is %s', (nature, [before, after], isLast) => {
    expect(natureOf(Buffer.concat([before, after]), before.length, isLast)).toBe(nature);
  });
});
