import { expect, test } from 'vitest';
import type { PracticeModel, PracticeOptions } from '../../../src/engine/runners/practice/types.ts';
import { base, train, user } from './support/learning.ts';

const OPTIONS = { maxTokens: 200, seed: 1, temperature: 1, topLogprobs: 0 };
const tokensOf = (model: PracticeModel, prompt: string, options: Partial<PracticeOptions>) => [
  ...model.generate(user(prompt), { ...OPTIONS, ...options }),
];

/** Words that an answer had said already, as a share of all its words, over many seeds. */
function repetition(model: PracticeModel, prompt: string, options: Partial<PracticeOptions>): number {
  let [all, again] = [0, 0];
  for (let seed = 0; seed < 60; seed += 1) {
    const text = tokensOf(model, prompt, { seed, ...options })
      .map((token) => token.text)
      .join('');
    const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
    all += words.length;
    again += words.length - new Set(words).size;
  }
  return again / all;
}

test('a tuned model takes from the odds of a token what OpenAI’s formula says', async () => {
  const rows = ['go x x x', 'go x y x', 'go x y y', 'go x x y'].map((completion) => ({
    prompt: user('pick'),
    completion,
  }));
  const { model } = await train({ train: [...rows, ...rows, ...rows], epochs: 3 });
  /** How much likelier, in nats, the third token is ` x`, which was said, than ` y`, which was not. */
  const odds = (options: Partial<PracticeOptions>): number => {
    const answer = tokensOf(model, 'pick', { topLogprobs: 5, maxTokens: 3, ...options });
    expect(answer.map(({ text }) => text).slice(0, 2)).toEqual(['go', ' x']);
    const of = (text: string) => answer[2]?.top.find((each) => each.text === text)?.logprob ?? Number.NaN;
    return of(' x') - of(' y');
  };
  const plain = odds({});
  expect(plain - odds({ presencePenalty: 0.5 })).toBeCloseTo(0.5);
  expect(plain - odds({ frequencyPenalty: 0.25 })).toBeCloseTo(0.25);
  expect(plain - odds({ presencePenalty: -0.5, frequencyPenalty: 0.75 })).toBeCloseTo(0.25);
  expect(2 * (plain - odds({ presencePenalty: 0.5, temperature: 1 }))).toBeCloseTo(
    odds({ temperature: 0.5 }) - odds({ presencePenalty: 0.5, temperature: 0.5 }),
  );
  const last = (options: Partial<PracticeOptions>) =>
    tokensOf(model, 'pick', { temperature: 0, ...options }).map(({ text }) => text);
  expect(last({ frequencyPenalty: 2 })).not.toEqual(['go', ' x', ' x', ' x']);
  expect(last({ frequencyPenalty: -2 })).toEqual(['go', ' x', ' x', ' x']);
});

test.each([
  ['practice-writer', 'Write a Dungeons & Dragons character: an elf bard with a lute and an owl.'],
  ['practice-small', 'What is a good name for a cat that sleeps in the garden all day?'],
])('%s repeats itself less the more a penalty weighs, and more where repetition is rewarded', (id, prompt) => {
  const model = base(id);
  for (const name of ['presencePenalty', 'frequencyPenalty'] as const) {
    const [rewarded, plain, penalised] = [-2, 0, 2].map((weight) => repetition(model, prompt, { [name]: weight }));
    expect([name, rewarded]).toEqual([name, expect.toSatisfy((share) => share > (plain ?? 0) + 0.01)]);
    expect([name, penalised]).toEqual([name, expect.toSatisfy((share) => share < (plain ?? 0) - 0.01)]);
  }
});

test('without penalties, or with none, an answer is what it was', () => {
  const model = base('practice-writer');
  const prompt = 'Describe a dwarf ranger.';
  expect(tokensOf(model, prompt, { presencePenalty: 0, frequencyPenalty: 0 })).toEqual(tokensOf(model, prompt, {}));
});
