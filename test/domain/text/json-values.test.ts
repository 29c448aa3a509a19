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
  ])('of %j is %s', (text, layout) => {
    expect(layoutOf(text)).toBe(layout);
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
