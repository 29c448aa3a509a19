import { beforeAll, expect, test } from 'vitest';
import type { PracticeModel } from '../../../../src/engine/runners/practice/types.ts';
import type { GeneratedToken, TrainingExample } from '../../../../src/engine/runners/types.ts';
import { characters, say, train, user } from '../support/learning.ts';

const COLOURS = ['red', 'red', 'red', 'red', 'green', 'green', 'blue'];
let coloured: PracticeModel;
let written: PracticeModel;
const first = (seed: number, options: object = {}): GeneratedToken | undefined =>
  [...coloured.generate(user('pick'), { maxTokens: 9, seed, topLogprobs: 5, ...options })][0];

beforeAll(async () => {
  const rows: TrainingExample[] = COLOURS.map((completion) => ({ prompt: user('pick'), completion }));
  coloured = (await train({ train: rows, epochs: 3 })).model;
  written = (await train({ train: characters(2), epochs: 3 })).model;
}, 60_000);

test('what is said comes as often as its log probability says', () => {
  const counts = new Map<string, { count: number; logprob: number }>();
  for (let seed = 0; seed < 4000; seed += 1) {
    const token = first(seed, { temperature: 1 });
    if (token === undefined) continue;
    const known = counts.get(token.text);
    expect(known?.logprob ?? token.logprob).toBe(token.logprob);
    counts.set(token.text, { count: (known?.count ?? 0) + 1, logprob: token.logprob });
  }
  expect([...counts.keys()].sort()).toEqual(['blue', 'green', 'red']);
  for (const { count, logprob } of counts.values())
    expect(Math.abs(count / 4000 - Math.exp(logprob))).toBeLessThan(0.03);
});

test('the alternatives come best first and hold what was said', () => {
  const top = first(1)?.top ?? [];
  expect(top.map(({ text }) => text)).toEqual(['red', 'green', 'blue']);
  expect(top.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0)).toBeCloseTo(1);
  expect(first(1, { topLogprobs: 1 })?.top).toHaveLength(1);
});

test('temperature 0 takes the likeliest, a small nucleus too, and heat flattens', () => {
  for (let seed = 0; seed < 20; seed += 1) {
    expect(first(seed, { temperature: 0 })?.text).toBe('red');
    expect(first(seed, { topP: 0.1 })?.text).toBe('red');
  }
  const share = (temperature: number): number => Math.exp(first(1, { temperature })?.top[0]?.logprob ?? 0);
  expect(share(2)).toBeLessThan(share(1));
  expect(share(0.5)).toBeGreaterThan(share(1));
});

test('a seed repeats an answer and the limit of tokens is kept', () => {
  expect(say(written, user('elf, bard, whip, cat'), { seed: 5 })).toBe(
    say(written, user('elf, bard, whip, cat'), { seed: 5 }),
  );
  for (const maxTokens of [1, 2, 3, 10, 31]) {
    const options = { maxTokens, seed: 1, topLogprobs: 0 };
    expect([...written.generate(user('ice elf, sky pirate, old bow, grey cat'), options)]).toHaveLength(maxTokens);
  }
});

test('an empty prompt is answered with values that training has seen', () => {
  const text = say(written, user(''), { temperature: 0 });
  expect(text).toMatch(/^Name: .+\nAppearance: .+\nBackground: .+\nPersonality: .+$/);
  expect(text).toMatch(/elf|dwarf/);
});

test('a model of nothing but repetition still comes to an end', async () => {
  const rows = Array.from({ length: 8 }, () => ({
    prompt: user('go'),
    completion: 'again and again and again and again and again',
  }));
  const { model } = await train({ train: rows, epochs: 3 });
  for (const temperature of [0, 1]) {
    const tokens = [...model.generate(user('go'), { maxTokens: 2000, seed: 1, temperature, topLogprobs: 0 })];
    expect(tokens.length).toBeLessThan(200);
  }
});
