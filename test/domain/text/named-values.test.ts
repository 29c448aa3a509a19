import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { valuesNotNamed } from '../../../src/domain/text/named-values.ts';

const isNamed = (value: string, text: string): boolean => valuesNotNamed([value], text).length === 0;

describe('valuesNotNamed', () => {
  it('names what is missing, in the order of the values', () => {
    expect(valuesNotNamed(['gnome', 'bard', 'lute'], 'A bard who sings.')).toEqual(['gnome', 'lute']);
  });

  it.each([
    ['gnome', 'The GNOME, at last.', true],
    ['gnome', 'Two gnomes.', false],
    ['art', 'He starts early.', false],
    ['night elf', 'a night\n  elf', true],
    ['night elf', 'a night  elf', true],
    ['night elf', 'a night\telf', true],
    ['night elf', 'a night\u00a0elf', true],
    ['Caf\u00e9', 'the cafe\u0301 by the sea', true],
    ['cafe', 'the cafe\u0301 by the sea', false],
    ['half-orc', 'A half-orc.', true],
    ['C++', 'She writes C++.', true],
    ['C', 'She writes C++.', true],
    ['7', '17 cats', false],
    ['art', 'Start with art', true],
    ['art', 'art', true],
    ['art', '\ud835\udd4fart', false],
    ['\u5973\u738b', '\u6628\u65e5\u5973\u738b\u304c\u6765\u305f', true],
    ["O'Brien", 'Captain O\u2019Brien', true],
    ['half-elf', 'a half\u2011elf', true],
    ['gnome', 'a gno\u00adme', true],
    ['gnome', 'a __gnome__, _gnomes_', true],
    ['user', 'user_id', false],
    ['5', '5.5 or 1,500 or 12:05 or 5,000', false],
    ['5', 'It is 5.', true],
    ['5', 'Of 4, 5, and 6', true],
    ['1.5', 'at 1.5 l', true],
    ['\ud55c\uad6d', '\ud55c\uad6d\uc5d0\uc11c \uc654\ub2e4', true],
    ['\uad6d', '\ud55c\uad6d', false],
    ['', 'anything', true],
    ['gnome', '', false],
  ])('%j in %j: %j', (value, text, named) => {
    expect(isNamed(value, text)).toBe(named);
  });

  it('any value is named by itself, between other words, and in capitals where those are the same letters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        expect(isNamed(value, `so ${value} it is`)).toBe(true);
      }),
    );
  });
});
