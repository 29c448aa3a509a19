import { expect, test } from 'vitest';
import { article } from '../../../../src/engine/runners/text.ts';
import { base, CLASSES, PETS, RACES, say, teacherPrompt, user, WEAPONS } from '../support/learning.ts';

const writer = base('practice-writer');
const prompt = user(teacherPrompt('mermaid', 'monk', 'sling', 'snow leopard'));
const seeds = Array.from({ length: 300 }, (_, seed) => seed);

test('the teacher writes four labelled lines that name everything, within the limit, each time another', () => {
  const texts = seeds.map((seed) => say(writer, prompt, { seed, temperature: 1 }));
  for (const text of texts) {
    expect(text).toMatch(/^Name: .+\nAppearance: .+\nBackground: .+\nPersonality: .+$/);
    for (const word of ['mermaid', 'monk', 'sling', 'snow leopard']) expect(text).toContain(word);
    expect(text.split(/\s+/).length).toBeLessThanOrEqual(100);
    expect(text.split(/\s+/).length).toBeGreaterThan(60);
  }
  expect(new Set(texts).size).toBe(300);
});

test('pronouns stay the same, articles agree, and sentences start with a capital', () => {
  for (const seed of seeds) {
    const pick = (list: readonly string[], by: number): string => list[Math.floor(seed / by) % list.length] ?? '';
    const text = say(writer, user(teacherPrompt(pick(RACES, 1), pick(CLASSES, 6), pick(WEAPONS, 2), pick(PETS, 3))), {
      seed,
    });
    expect(/\b(?:he|his|him)\b/i.test(text) && /\b(?:she|her)\b/i.test(text), text).toBe(false);
    for (const [, given = '', next = ''] of text.matchAll(/\b(an?) ([\w-]+)/gi)) {
      expect(`${given.toLowerCase()} ${next}`).toBe(`${article(next)} ${next}`);
    }
    expect(text).not.toMatch(/[{}#~]|undefined|\s\s|\s[.,;]|[.!?] \p{Ll}|: \p{Ll}/u);
  }
});

test('temperature 0 gives one answer, and a seed gives its own', () => {
  expect(say(writer, prompt, { seed: 1, temperature: 0 })).toBe(say(writer, prompt, { seed: 2, temperature: 0 }));
  expect(say(writer, prompt, { seed: 1, temperature: 1 })).toBe(say(writer, prompt, { seed: 1, temperature: 1 }));
  const kinds = (temperature: number): number =>
    new Set(seeds.map((seed) => say(writer, prompt, { seed, temperature }).split('\n')[0])).size;
  expect(kinds(0.02)).toBeLessThan(kinds(1) / 2);
});

test('it keeps small limits, other sections, JSON and plural weapons', () => {
  const ask = (text: string): string =>
    say(writer, user(`Write a D&D character. ${text} elf, wizard, throwing knives, owl`));
  expect(ask('At most 50 words:').split(/\s+/).length).toBeLessThanOrEqual(50);
  expect(ask('Only a backstory:')).toMatch(/^Backstory: .*$/);
  for (const word of ['elf', 'wizard', 'a pair of throwing knives', 'owl'])
    expect(ask('Only a backstory:')).toContain(word);
  const parsed: unknown = JSON.parse(ask('As JSON:'));
  expect(parsed).toMatchObject({ name: expect.any(String), appearance: expect.any(String) });
});

test('the system prompt instructs as well as the user', () => {
  const system = {
    role: 'system',
    content: 'Write a Dungeons & Dragons character with name and personality, in 60 words.',
  } as const;
  const text = say(writer, [system, ...user('elf, wizard, crossbow, owl')]);
  expect(text).toMatch(/^Name: .+\nPersonality: .+$/);
  expect(text.split(/\s+/).length).toBeLessThanOrEqual(60);
  expect(say(writer, [{ role: 'system', content: 'Answer in capital letters.' }, ...user('What is rain?')])).toMatch(
    /^[^a-z]+$/,
  );
});

test('other prompts are answered to the point', () => {
  expect(['Yes', 'No']).toContain(say(writer, user('Is water wet? Answer with only Yes or No.')));
  expect(say(writer, user('Write a product description for a waterproof backpack.'))).toContain('waterproof backpack');
  expect(say(writer, user('Why do volcanoes erupt?'))).toContain('volcanoes');
  expect(say(writer, user('')).length).toBeGreaterThan(20);
});

test('an answer stops at the limit of tokens, and every token has its alternatives', () => {
  const options = { maxTokens: 7, seed: 1, topLogprobs: 2 };
  const tokens = [...writer.generate(prompt, options)];
  expect(tokens).toHaveLength(7);
  for (const { text, logprob, top } of tokens) {
    expect(logprob).toBeLessThan(0);
    expect(top).toHaveLength(2);
    expect(top[0]?.logprob).toBeGreaterThanOrEqual(logprob);
    expect(top.find((each) => each.text === text)?.logprob ?? logprob).toBe(logprob);
  }
});

test('the base speaks about the prompt in sentences, and keeps no format', () => {
  const small = base('practice-small');
  const texts = seeds.slice(0, 50).map((seed) => say(small, user('elf, wizard, crossbow, owl'), { seed }));
  for (const text of texts) {
    expect(text).toMatch(/^\p{Lu}.+\.$/u);
    expect(text).toMatch(/elf|wizard|crossbow|owl/);
    expect(text).not.toMatch(/^Name:/);
  }
  expect(new Set(texts).size).toBeGreaterThan(40);
  expect(say(small, user('')).length).toBeGreaterThan(10);
});
