import { expect, test } from 'vitest';
import { base, user } from '../support/learning.ts';

const small = base('practice-small');
const ask = (topLogprobs: number, temperature = 1) => [
  ...small.generate(user('What is a good name for a cat?'), { maxTokens: 200, seed: 3, temperature, topLogprobs }),
];

test('the untuned base gives as many different alternatives as are requested, best first', () => {
  for (const temperature of [0, 1]) {
    for (const { text, logprob, top } of ask(3, temperature)) {
      expect(new Set(top.map((each) => each.text)).size).toBe(3);
      expect(top.map((each) => each.logprob)).toEqual(top.map((each) => each.logprob).sort((a, b) => b - a));
      expect(top.find((each) => each.text === text)?.logprob ?? logprob).toBe(logprob);
      expect(top.reduce((sum, each) => sum + Math.exp(each.logprob), 0)).toBeLessThanOrEqual(1 + 1e-9);
    }
  }
});

test('asking for alternatives changes neither the answer nor, but for its own words, what it is worth', () => {
  const [with3, without] = [ask(3), ask(0)];
  expect(with3.map(({ text }) => text)).toEqual(without.map(({ text }) => text));
  const sum = (tokens: typeof without): number => tokens.reduce((total, { logprob }) => total + logprob, 0);
  expect(Math.abs(sum(with3) - sum(without))).toBeLessThan(0.02 * without.length);
});

test('an alternative comes as often as its probability says', () => {
  const shares = new Map(ask(20)[0]?.top.map(({ text, logprob }) => [text, Math.exp(logprob)]));
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 2000; seed += 1) {
    const [first] = small.generate(user('What is a good name for a cat?'), {
      maxTokens: 1,
      seed,
      temperature: 1,
      topLogprobs: 0,
    });
    counts.set(first?.text ?? '', (counts.get(first?.text ?? '') ?? 0) + 1);
  }
  for (const [text, count] of counts) expect(Math.abs(count / 2000 - (shares.get(text) ?? 0))).toBeLessThan(0.05);
});
