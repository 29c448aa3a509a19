import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isRecord, parseExactJson, WrittenNumber } from '../../../src/domain/common/json.ts';
import { convertRecord } from '../../../src/domain/importing/convert.ts';
import type { ColumnMapping } from '../../../src/domain/importing/records.ts';

const NUMBERS = ['9007199254740993', '12345678901234567890', '1.10', '5.00', '1e400', '-0', '1E5', '0.1', '7'];
const MAPPING: ColumnMapping = { system: '', user: '{q}', assistant: '{a}', label: 'a', group: null };

it('numbers are written again as they were, at any depth', () => {
  for (const number of NUMBERS) {
    const text = `{"a":${number},"b":[{"c":${number}}],"d":"${number}"}`;
    expect(JSON.stringify(parseExactJson(text))).toBe(text);
  }
  expect(parseExactJson('{"a": 7, "b": "1.10"}')).toEqual({ a: 7, b: '1.10' });
  expect(isRecord(new WrittenNumber('1.10'))).toBe(false);
  expect(parseExactJson('{')).toBeUndefined();
  fc.assert(
    fc.property(fc.json(), (text) => {
      const value: unknown = JSON.parse(text);
      expect(JSON.parse(JSON.stringify(parseExactJson(text)))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

it('a cell has the digits of its file, alone and within a list', () => {
  for (const number of NUMBERS) {
    const convert = (answer: string) =>
      convertRecord({ kind: 'text', line: 1, text: `{"q": "?", "a": ${answer}}` }, MAPPING).examples[0];
    expect(convert(number)).toMatchObject({ completion: number, cell: { a: number } });
    expect(convert(`[${number},{"x":${number}}]`)).toMatchObject({ completion: `[${number},{"x":${number}}]` });
  }
});
