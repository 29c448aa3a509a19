import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeatedKey } from '../../../src/domain/common/json-keys.ts';

const found = (text: string): string | null => {
  const repeated = repeatedKey(text, JSON.parse(text));
  return repeated === null ? null : `${repeated.key} at ${repeated.offset}`;
};

describe('a key that stands twice in one object', () => {
  it.each([
    ['{"a":1,"a":2}', 'a at 7'],
    ['{"a" : 1, "a"\t: 1}', 'a at 10'],
    ['[{"m":{"a":1,"b":[2],"a":3}}]', 'a at 21'],
    ['{"content":1,"c\\u006fntent":2}', 'content at 13'],
    ['{"x":": y","x":"\\\\"}', 'x at 11'],
    ['{"__proto__":1,"__proto__":2}', '__proto__ at 15'],
    ['{"":1,"":2}', ' at 6'],
  ])('is found in %s', (text, where) => {
    expect(found(text)).toBe(where);
  });

  it.each([
    '{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}',
    '{"a":": \\"b\\": 1, \\"b\\": 2"}',
    '["a","a"]',
    '{"a":"a","b":"a"}',
    '{"a":"x\\\\","b":"\\":"}',
  ])('is not there in %s', (text) => {
    expect(found(text)).toBeNull();
  });

  it('is never there in what JSON.stringify writes, however deep, and is after a member was written again', () => {
    fc.assert(
      fc.property(fc.json(), fc.string(), (text, key) => {
        expect(found(text)).toBeNull();
        const name = JSON.stringify(key);
        expect(found(`[${text},{${name}:${text},${name}:${text}}]`)).toContain(key);
      }),
    );
    expect(found(`${'['.repeat(5_000)}{"a":1,"a":1}${']'.repeat(5_000)}`)).toBe('a at 5007');
  });
});
