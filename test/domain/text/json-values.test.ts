import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonTextReader, layoutOf } from '../../../src/domain/text/json-values.ts';

function read(text: string, size = text.length) {
  const reader = new JsonTextReader();
  const pieces = text.match(new RegExp(`[^]{1,${Math.max(1, size)}}`, 'g')) ?? [];
  return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
}

describe('the layout of JSON', () => {
  it.each([
    ['{"a": 1}\n{"a": 2}\n', 'lines'],
    ['["a"]\n["b"]\n', 'lines'],
    ['', 'lines'],
    ['{"a": "cut\n{"a": 1}\n', 'lines'],
    ['{"a": [\n{"a": 1}\n', 'lines'],
    ['a,b\n1,2\n', 'lines'],
    ['[{"a": 1}, {"a": 2}]', 'list'],
    ['[\n  {"a": 1}\n]\n', 'list'],
    ['[{"a": 1},\n{"a": 2}]', 'list'],
    ['{\n  "a": 1\n}\n{\n  "a": 2\n}\n', 'values'],
    ['{"a": [\n  1\n]}\n', 'values'],
    ['{\n}\n', 'values'],
    ['{"a": 1}\r{"a": 2}\r', 'returns'],
    ['{"a": 1}\r\n{"a": 2}\r\n', 'lines'],
    ['{"data": [{"a": 1}, {"a": 2}]}\n', 'wrapped'],
    ['{\n "version": "1, {",\n "n": [1], "rows": [\n  {"a": 1}\n ]\n}\n', 'wrapped'],
    ['{"rows": [{"a": 1}, {"b"', 'wrapped'],
    ['{"data": [{"a": 1}]}\n{"data": [{"a": 2}]}\n', 'lines'],
    ['{"messages": [{"role": "user"}]}\n', 'lines'],
    ['{"data": ["a", "b"]}\n', 'lines'],
    ['{"a": {"data": [{}]}}\n', 'lines'],
  ])('of %j is %s', (text, layout) => {
    expect(layoutOf(text)).toBe(layout);
  });
});

describe('a list that is a member of one object', () => {
  const items = ['{"a": "], }"}', '{"a": [{}]}'];
  it.each([
    [`{"data": [${items.join(', ')}]}`, [], [1, 1]],
    [
      `{\n "v": "x",\n "rows": [\n${items.join(',\n')}\n ],\n "test": [{"z": 1}], "n": {"k": 1}\n}\n`,
      ['v', 'test', 'n'],
      [4, 5],
    ],
  ])('gives its items by their lines, and names what stands beside it: %j', (text, beside, lines) => {
    for (const size of [1, 7, text.length]) {
      const reader = new JsonTextReader();
      const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
      const values = [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
      expect(values).toEqual(items.map((item, index) => ({ text: item, line: lines[index] })));
      expect(reader.wrapped?.beside).toEqual(beside);
    }
  });
});

describe('the values of JSON', () => {
  it('are the same in every layout, wherever it is cut, by the line they begin on', () => {
    const value = fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 5 }), fc.integer({ min: 1, max: 9 }), (values, size) => {
        for (const indent of [undefined, 2]) {
          const list = JSON.stringify(values, null, indent);
          expect(read(list, size).map(({ text }) => JSON.parse(text))).toEqual(JSON.parse(list));
        }
        const lines = values.map((each) => `${JSON.stringify(each)}\n`).join('');
        expect(read(lines, size).map(({ line }) => line)).toEqual(values.map((_, index) => index + 1));
      }),
    );
    expect(read('{\n "a": 1\n}\n\n{\n "a": "}\\""\n}\n')).toEqual([
      { line: 1, text: '{\n "a": 1\n}' },
      { line: 5, text: '{\n "a": "}\\""\n}' },
    ]);
  });

  it('lose nothing of what is no JSON', () => {
    expect(read('[\n{"a": 1}, 2, "x, y"\n] rest').map(({ text }) => text)).toEqual(['{"a": 1}', '2', '"x, y"', 'rest']);
    expect(read('[{"a": 1}, {"a": ').map(({ text }) => text)).toEqual(['{"a": 1}', '{"a":']);
  });
});
