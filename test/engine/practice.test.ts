import { expect, test } from 'vitest';
import { practiceRunner } from '../../src/engine/runners/practice/runner.ts';
import { eventsOf, jsonl, startEngine, upload, waitForStatus } from './support/engine.ts';

const practice = {
  runners: [practiceRunner],
  trainer: new URL('../../src/engine/trainer.worker.ts', import.meta.url),
};

const RACES = ['elf', 'dwarf', 'gnome', 'human'];
const CLASSES = ['bard', 'wizard', 'ranger', 'rogue'];
const PETS = ['owl', 'cat', 'fox', 'toad'];

const character = (race: string, role: string, pet: string) => ({
  messages: [
    { role: 'user', content: `${race}, ${role}, ${pet}` },
    {
      role: 'assistant',
      content: `Race: ${race}\nClass: ${role}\nA ${race} who lives as a ${role} and never parts from a ${pet}.`,
    },
  ],
});

const lattice = RACES.flatMap((race) => CLASSES.flatMap((role) => PETS.map((pet) => character(race, role, pet))));

test('the practice models teach, learn and answer over the API alone', async () => {
  const { client } = await startEngine(practice);
  const taught = await client.chat.completions.create({
    model: 'practice-writer',
    messages: [{ role: 'user', content: 'Describe a Dungeons & Dragons character: elf, bard, lute, owl.' }],
  });
  expect(taught.choices[0]?.message.content?.length).toBeGreaterThan(40);

  const train = await upload(client, jsonl(lattice.filter((_, i) => i % 5 !== 0)));
  const valid = await upload(client, jsonl(lattice.filter((_, i) => i % 5 === 0)));
  const { id } = await client.fineTuning.jobs.create({
    model: 'practice-small',
    training_file: train.id,
    validation_file: valid.id,
    seed: 1,
    suffix: 'dnd',
    method: { type: 'supervised', supervised: { hyperparameters: { n_epochs: 3 } } },
  });
  const job = await waitForStatus(client, id, 'succeeded');
  expect(job.trained_tokens).toBeGreaterThan(0);
  const losses = (await eventsOf(client, id)).flatMap(({ data }) =>
    typeof data === 'object' && data !== null && 'valid_loss' in data ? [Number(data.valid_loss)] : [],
  );
  expect(losses.at(-1)).toBeLessThan(0.7 * (losses[0] ?? 0));

  const ask = async (model: string) => {
    const messages = [{ role: 'user' as const, content: 'mermaid, monk, crab' }];
    return (await client.chat.completions.create({ model, messages, temperature: 0 })).choices[0]?.message.content;
  };
  expect(await ask(job.fine_tuned_model ?? '')).toMatch(/^Race: mermaid\nClass: monk\n.*crab/);
  expect(await ask('practice-small')).not.toContain('Class: monk');
});

test('the untuned base gives three different alternatives for each token', async () => {
  const { client } = await startEngine(practice);
  const answer = await client.chat.completions.create({
    model: 'practice-small',
    messages: [{ role: 'user', content: 'Does the clause expressly identify what is confidential?' }],
    logprobs: true,
    top_logprobs: 3,
    max_tokens: 12,
    temperature: 1,
    seed: 1,
  });
  const tokens = answer.choices[0]?.logprobs?.content ?? [];
  expect(tokens).toHaveLength(12);
  for (const { top_logprobs } of tokens) {
    expect(new Set(top_logprobs.map(({ token }) => token)).size).toBe(3);
    const shares = top_logprobs.map(({ logprob }) => Math.exp(logprob));
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-9);
  }
});

test('the same seed makes the same model, another seed another training', async () => {
  const { client } = await startEngine(practice);
  const file = await upload(client, jsonl(lattice.slice(0, 16)));
  const losses = async (seed: number) => {
    const { id } = await client.fineTuning.jobs.create({ model: 'practice-small', training_file: file.id, seed });
    const job = await waitForStatus(client, id, 'succeeded');
    return (await client.files.content(job.result_files[0] ?? '')).text();
  };
  const first = await losses(1);
  expect(await losses(1)).toBe(first);
  expect(await losses(2)).not.toBe(first);
});

test('penalties reach the models by both endpoints, and repetition falls', async () => {
  const { client } = await startEngine(practice);
  const prompt = 'What is a good name for a cat that sleeps in the garden all day?';
  const model = 'practice-small';
  const messages = [{ role: 'user' as const, content: prompt }];
  type Weights = { readonly presence_penalty?: number; readonly frequency_penalty?: number };
  const asks = {
    chat: async (seed: number, weights: Weights) =>
      (await client.chat.completions.create({ model, messages, seed, ...weights })).choices[0]?.message.content ?? '',
    legacy: async (seed: number, weights: Weights) =>
      (await client.completions.create({ model, prompt, seed, max_tokens: 200, ...weights })).choices[0]?.text ?? '',
  };
  const repeats = async (ask: (typeof asks)['chat'], weights: Weights): Promise<number> => {
    let again = 0;
    for (let seed = 0; seed < 30; seed += 1) {
      const words = (await ask(seed, weights)).toLowerCase().match(/\p{L}+/gu) ?? [];
      again += words.length - new Set(words).size;
    }
    return again;
  };
  for (const ask of Object.values(asks)) {
    const plain = await repeats(ask, {});
    expect(await repeats(ask, { presence_penalty: 2 })).toBeLessThan(plain);
    expect(await repeats(ask, { frequency_penalty: 2 })).toBeLessThan(plain);
    expect(await repeats(ask, { frequency_penalty: -2 })).toBeGreaterThan(plain);
  }
});
