import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { encode as encodeCl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { encode as encodeO200k } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { BytePairs } from '../../../src/services/tokens/byte-pairs.ts';
import { readBytePairs } from '../../../src/services/tokens/encodings.ts';
import { packPairs, readPairs, unpackPairs } from '../../../src/services/tokens/pair-table.ts';

const ENCODINGS = { o200k_base: encodeO200k, cl100k_base: encodeCl100k } as const;
const allowed = { disallowedSpecial: new Set<string>() };
const ranksOf = (encoding: string): string =>
  readFileSync(fileURLToPath(import.meta.resolve(`gpt-tokenizer/data/${encoding}.tiktoken`)), 'latin1');

/** What tokenisers are bad at: joins of scripts, marks, digits, white space, signs of a chat, halves of a pair. */
const ODD = [' ', '  ', '\n', '\r\n', '\t', "'s", "'LL", '1', '123', '99999', 'Å', 'é', 'e\u0301', '猫', 'नमस्ते', 'ไทย'];
const ODDER = [
  '🧙‍♂️',
  '\ud83e',
  '\u0000',
  '\u00a0',
  '<|endoftext|>',
  '####',
  '{"a":[1,2]}',
  'WordsLikeThis',
  'x'.repeat(40),
];
const word = fc.oneof(fc.constantFrom(...ODD, ...ODDER), fc.string({ unit: 'binary', maxLength: 12 }), fc.lorem());
/** The library takes a mark of byte order away inside a text, where the reference counts it. */
const text = fc.array(word, { maxLength: 20 }).map((words) => words.join('').replaceAll('\ufeff', ''));

describe.each(Object.entries(ENCODINGS))('%s', (name, encode) => {
  const encoding = name === 'cl100k_base' ? name : 'o200k_base';

  it('counts as many tokens as the whole encoder gives', async () => {
    const pairs = readBytePairs(encoding);
    fc.assert(
      fc.property(text, (given) => {
        expect(pairs.count(given)).toBe(encode(given, allowed).length);
      }),
      { numRuns: 400 },
    );
  });

  it('counts ASCII within other bytes as it counts the text', async () => {
    const pairs = readBytePairs(encoding);
    const plain = fc
      .oneof(word, fc.stringMatching(/^[ -~\n]{0,40}$/))
      .map((given) => given.replaceAll(/[^\0-\x7f]/g, ''));
    fc.assert(
      fc.property(fc.array(plain, { maxLength: 20 }), plain, plain, (words, before, after) => {
        const given = words.join('');
        const bytes = Buffer.from(before + given + after);
        expect(pairs.countAscii(bytes, before.length, before.length + given.length)).toBe(pairs.count(given));
        expect(pairs.count(given)).toBe(encode(given, allowed).length);
      }),
      { numRuns: 400 },
    );
  });

  it('counts prose, code and a run of 2,000 characters as the encoder does', async () => {
    const pairs = readBytePairs(encoding);
    const source = readFileSync(new URL(import.meta.url), 'utf8');
    for (const given of [source, source.toUpperCase(), 'qzx'.repeat(667), '猫犬'.repeat(1_000), ' '.repeat(2_000)])
      expect(pairs.count(given)).toBe(encode(given, allowed).length);
  });

  it('counts each token of its table that is a text as one, or as what its pieces are', async () => {
    const pairs = readBytePairs(encoding);
    const lines = ranksOf(encoding).trimEnd().split('\n');
    const tokens = lines.map((line) => Buffer.from(line.split(' ')[0] ?? '', 'base64').toString('utf8'));
    const some = tokens.filter((token, rank) => rank % 97 === 0 && !/[\ufffd\ufeff]/.test(token));
    expect(some.length).toBeGreaterThan(900);
    for (const token of some) expect([token, pairs.count(token)]).toEqual([token, encode(token, allowed).length]);
  });
});

describe('a table of ranks', () => {
  const table = (tokens: readonly string[]): Uint8Array =>
    Buffer.from(tokens.map((token, rank) => `${Buffer.from(token).toString('base64')} ${rank}\n`).join(''));

  it('joins the pair of the lowest rank first, the leftmost of equals', () => {
    const pairs = new BytePairs(readPairs(table(['a', 'b', 'c', 'bc', 'ab', 'abab'])), { pattern: /\s+|\S+/gu });
    expect(['', 'abc', 'abab', 'ababab', 'abcab', 'cab'].map((one) => pairs.count(one))).toEqual([0, 2, 1, 2, 3, 2]);
  });

  it('is the same after it was packed', () => {
    const pairs = readPairs(table(['a', 'b', 'c', 'bc', 'ab', 'abab']));
    const packed = packPairs(pairs);
    const memory = new SharedArrayBuffer(packed.length);
    new Uint8Array(memory).set(packed);
    const unpacked = unpackPairs(memory);
    expect(unpacked).toEqual({ ...pairs, bytes: pairs.bytes.subarray(0, pairs.begins.at(-1)) });
    new Uint8Array(memory).reverse();
    expect(unpackPairs(memory)).toBeNull();
  });

  it('is refused where it is cut, or in another order', () => {
    expect(() => readPairs(Buffer.from('YQ== 0\nYg== 2\n'))).toThrow('line 2');
    expect(() => readPairs(Buffer.from('YQ== 0\nYg='))).toThrow('line 2');
    expect(() => readPairs(Buffer.from('YQ== 0\n\n'))).toThrow('line 2');
  });
});
