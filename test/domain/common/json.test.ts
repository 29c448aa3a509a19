import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, parseJson } from '../../../src/domain/common/json.ts';

const plain = fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value)));

describe('canonicalJson', () => {
  it('is JSON of the same value', () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(value);
      }),
    );
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), plain), (record) => {
        expect(canonicalJson(Object.fromEntries(Object.entries(record).reverse()))).toBe(canonicalJson(record));
      }),
    );
  });

  it('leaves undefined members out, and nothing else', () => {
    expect(canonicalJson({ b: undefined, a: [undefined, null, 1.5, 'é"'] })).toBe('{"a":[null,null,1.5,"é\\""]}');
  });
});

describe('parseJson', () => {
  it('gives the value, and undefined for what is no JSON', () => {
    expect([parseJson('{"a":[1]}'), parseJson('null'), parseJson('{'), parseJson('')]).toEqual([
      { a: [1] },
      null,
      undefined,
      undefined,
    ]);
  });
});
