import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countText,
  hasLongRun,
  LONGEST_RUN,
  splitRuns,
  tokensOfChat,
  tokensOfMessages,
} from '../../../src/domain/chat/tokens.ts';
import {
  baseModelOf,
  encodingFor,
  isPracticeModel,
  isTunedModel,
  modelLabel,
  tokenLimitOf,
} from '../../../src/domain/provider/models.ts';

const oneEach = (text: string) => text.length;

describe('model names', () => {
  it.each([
    ['gpt-4o-mini', 'o200k_base', 65_536],
    ['gpt-4.1-nano-2025-04-14', 'o200k_base', 65_536],
    ['ft:gpt-4o-mini-2024-07-18:acme:dnd:8Kq2abcd', 'o200k_base', 65_536],
    ['gpt-3.5-turbo-0125', 'cl100k_base', 16_385],
    ['ft:gpt-3.5-turbo-0125:acme::8Kq2abcd:ckpt-step-20', 'cl100k_base', 16_385],
    ['gpt-4', 'cl100k_base', null],
    ['gpt-4-turbo', 'cl100k_base', null],
    ['gpt-4.5-preview', 'o200k_base', null],
    ['davinci-002', 'cl100k_base', null],
    ['practice-small', 'o200k_base', null],
  ])('know %s', (model, encoding, limit) => {
    expect(encodingFor(model)).toBe(encoding);
    expect(tokenLimitOf(model)).toBe(limit);
  });

  it('distinguish tuned and practice models', () => {
    expect(baseModelOf('gpt-4o-mini-2024-07-18.ft-0e2-dnd')).toBe('gpt-4o-mini-2024-07-18');
    expect([isTunedModel('ft:a:b::c'), isTunedModel('a.ft-1'), isTunedModel('gpt-4o')]).toEqual([true, true, false]);
    expect([isPracticeModel('ft:practice-small:x::y'), isPracticeModel('gpt-4o')]).toEqual([true, false]);
    expect([isPracticeModel('practice-small.ft-1-x'), isPracticeModel('practice-else')]).toEqual([true, false]);
    expect([modelLabel('ft:practice-small:x::y'), modelLabel('gpt-4o')]).toEqual([
      'ft:practice-small:x::y (practice engine)',
      'gpt-4o',
    ]);
  });
});

describe('tokensOfMessages', () => {
  it('follows the cookbook: 3 a message, every string, 1 for a name, 3 at the end', () => {
    expect(tokensOfMessages([{ values: ['user', 'hello', 'bob'], named: true }], oneEach)).toBe(3 + 4 + 5 + 3 + 1 + 3);
    expect(tokensOfChat([{ role: 'user', content: 'hello' }], oneEach)).toBe(3 + 9 + 3);
    expect(tokensOfMessages([], oneEach)).toBe(3);
  });
});

describe('splitRuns', () => {
  it('takes a text of any length without a break', () => {
    const pieces = splitRuns('x'.repeat(30_000_000));
    expect(pieces.length).toBe(15_000);
    expect(hasLongRun('x'.repeat(30_000_000))).toBe(true);
  });

  it('loses nothing and leaves no long run', () => {
    const text = fc
      .array(fc.tuple(fc.constantFrom('a', ' ', 'é', '😀', 'ab '), fc.integer({ min: 1, max: 7_000 })), {
        maxLength: 5,
      })
      .map((parts) => parts.map(([unit, times]) => unit.repeat(times)).join(''));
    fc.assert(
      fc.property(text, (whole) => {
        const pieces = splitRuns(whole);
        expect(pieces.join('')).toBe(whole);
        expect(pieces.every((piece) => !hasLongRun(piece) && piece.isWellFormed())).toBe(true);
        expect(pieces.length > 1).toBe(hasLongRun(whole));
        expect(countText(whole, oneEach)).toBe(whole.length);
      }),
      { numRuns: 60 },
    );
    expect(splitRuns('x'.repeat(LONGEST_RUN))).toHaveLength(1);
    expect(splitRuns('x'.repeat(LONGEST_RUN + 1))).toHaveLength(2);
  });
});
