import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutByteOrderMark } from '../../../src/domain/text/decoding.ts';
import { LineSplitter } from '../../../src/domain/text/lines.ts';

function split(pieces: readonly string[]): readonly string[] {
  const splitter = new LineSplitter();
  return [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
}

test('only line ends end a line, and the last one begins none', () => {
  expect(split(['one\r\ntwo\n'])).toEqual(['one', 'two']);
  expect(split(['one\n\ntwo'])).toEqual(['one', '', 'two']);
  expect(split(['a\rb\u2028c\u2029d\n'])).toEqual(['a\rb\u2028c\u2029d']);
  expect(split([])).toEqual([]);
  expect(split(['\n'])).toEqual(['']);
});

test('the lines are the same wherever the pieces are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '\n', '\r', '\r\n', '漢', '\u2028')), fc.nat(8), (units, size) => {
      const text = units.join('');
      const pieces = text.match(new RegExp(`[^]{1,${size + 1}}`, 'g')) ?? [];
      expect(split(pieces)).toEqual(split([text]));
    }),
  );
});

test('a mark at the beginning is no text', () => {
  expect([withoutByteOrderMark('\uFEFFa'), withoutByteOrderMark('a\uFEFF'), withoutByteOrderMark('')]).toEqual([
    'a',
    'a\uFEFF',
    '',
  ]);
});
