import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonFault } from '../../../src/domain/common/json-fault.ts';

const said = (text: string): string | null => {
  const fault = jsonFault(text);
  return fault === null ? null : fault.cutOff ? 'cut off' : `${fault.offset + 1}: ${fault.name}`;
};

describe('a fault of JSON', () => {
  it.each([
    ['{"a": [1, 2,]}', '13: a comma with nothing after it'],
    ['{"a": 1,}', '9: a comma with nothing after it'],
    ['{"a": None}', '7: Python’s None'],
    ['{"a": [True]}', '8: Python’s True'],
    ['{"a": NaN}', '7: NaN'],
    ['{"a": undefined}', '7: undefined'],
    ["{'a': 1}", '2: single quotes'],
    ['{“a”: 1}', '2: typographic quotes'],
    ['{"a": 1} // no', '10: a comment'],
    ['{a: 1}', '2: a key without quotes'],
    ['{"a": 1}{"b": 2}', '9: a second value'],
    ['{"a": 1},', '9: a comma after the value'],
    ['{"a": 1 "b": 2}', '9: a comma missing'],
    ['{"a": "x\ty"}', '9: U+0009 within a text'],
    ['{"a": "x\0y"}', '9: U+0000 within a text'],
    ['{"a": "\\x41"}', '8: the escape \\x'],
    ['{"a": .5}', '7: .5, a number that JSON writes otherwise'],
    ['{"a": 01}', '7: 01, a number that JSON writes otherwise'],
    ['{"a": 1}}', '9: a bracket too many'],
    ['{"a": [1}', '9: } where ] is to stand'],
    ['[{"a": 1]', '9: ] where } is to stand'],
    ['{"a": "say "hi" now"}', '13: a quote within a text'],
    ['{"a" 1}', '6: a colon missing'],
    ['{"a" true}', '6: a colon missing'],
    ['{"a" [1]}', '6: a colon missing'],
    ['{"a": 1}\u00a0', '9: U+00A0, a space that JSON does not know'],
    ['\u200b{"a": 1}', '1: U+200B, a space that JSON does not know'],
    ['{"a": 1} and more', '10: text after the value'],
  ])('%j is found by column and name', (text, what) => {
    expect(said(text)).toBe(what);
  });

  it.each([
    '',
    '{',
    '{"a',
    '{"a": "x\\',
    '{"a": "\\u12',
    '{"a": tr',
    '{"a": -',
    '{"a": 1.',
    '{"a": 1e+',
    '[1, ',
    '{"a": [1',
  ])('%j ends too early', (text) => {
    expect(said(text)).toBe('cut off');
  });

  it('is none in JSON, and every beginning of an object or a list ends too early', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue())),
        fc.nat(),
        (value, cut) => {
          const text = JSON.stringify(value);
          expect(jsonFault(text)).toBeNull();
          expect(jsonFault(text.slice(0, cut % text.length))).toMatchObject({ cutOff: true });
        },
      ),
    );
  });

  it('is where JSON.parse finds it, wherever that says', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      'a',
      '1',
      '0',
      '-',
      '.',
      'e',
      'true',
      'null',
      ' ',
      '\n',
      '\\',
      '\\u',
      '"a"',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const fault = jsonFault(text);
        try {
          JSON.parse(text);
          expect(fault).toBeNull();
        } catch (error) {
          const at = /at position (\d+)/.exec(String(error))?.[1];
          expect(fault).not.toBeNull();
          const loose = /escape|number/.test(`${error} ${fault?.name}`);
          if (at !== undefined && !loose) expect([fault?.offset, text]).toEqual([Number(at), text]);
          if (/Unexpected end/.test(String(error))) expect(fault).toMatchObject({ cutOff: true });
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
