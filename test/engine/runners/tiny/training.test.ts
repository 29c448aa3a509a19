import { expect, test } from 'vitest';
import * as tiny from '../../../../src/engine/runners/tiny/runner.ts';
import type { TrainingExample } from '../../../../src/engine/runners/types.ts';
import { characters, say, split, train, user } from '../support/learning.ts';

const { train: rows, validation } = split(characters(3), 0.2);
const losses = (steps: readonly { readonly trainLoss: number | null }[]): (number | null)[] =>
  steps.map(({ trainLoss }) => trainLoss);

test('the same seed gives the same bytes, another seed another model', async () => {
  const [a, b, c] = await Promise.all([
    train({ train: rows }),
    train({ train: rows }),
    train({ train: rows, seed: 2 }),
  ]);
  expect(Buffer.compare(a.bytes, b.bytes)).toBe(0);
  expect(losses(a.steps)).toEqual(losses(b.steps));
  expect(losses(a.steps)).not.toEqual(losses(c.steps));
});

test('going on from an epoch ends where an unbroken run ends', async () => {
  const whole = await train({ train: rows, validation, epochs: 3 });
  const afterOne = whole.epochs[0];
  expect(whole.epochs).toHaveLength(3);
  const rest = await train({ train: rows, validation, epochs: 3, resumeFrom: afterOne?.model ?? null });
  expect(Buffer.compare(rest.bytes, whole.bytes)).toBe(0);
  expect(rest.steps[0]?.step).toBe((afterOne?.metrics.step ?? 0) + 1);
  expect(rest.trainedTokens).toBe(whole.trainedTokens);
});

test('every epoch leaves a model that answers', async () => {
  const { epochs, bytes } = await train({ train: rows, epochs: 2 });
  for (const { model } of epochs) expect(say(tiny.load(model), user('elf, bard, whip, cat'))).toContain('elf');
  expect(Buffer.compare(epochs.at(-1)?.model ?? new Uint8Array(), bytes)).toBe(0);
});

test('epochs, batch size and learning rate each change the result', async () => {
  const final = async (options: object): Promise<number> =>
    (await train({ train: rows, validation, epochs: 1, ...options })).epochs.at(-1)?.metrics.fullValidLoss ?? 0;
  const results = await Promise.all([
    final({}),
    final({ epochs: 4 }),
    final({ batchSize: 32 }),
    final({ learningRateMultiplier: 0.1 }),
    final({ learningRateMultiplier: 4 }),
  ]);
  for (const [i, a] of results.entries())
    for (const b of results.slice(i + 1)) expect(Math.abs(a - b)).toBeGreaterThan(0.0005);
});

test('loss on the rows themselves falls from epoch to epoch', async () => {
  const { epochs } = await train({ train: rows, validation: rows, epochs: 5 });
  const own = epochs.map(({ metrics }) => metrics.fullValidLoss ?? 0);
  for (let i = 1; i < own.length; i += 1) expect(own[i]).toBeLessThan(own[i - 1] ?? 0);
});

test('steps, totals and validation are reported as they are', async () => {
  const { steps, trainedTokens } = await train({ train: rows.slice(0, 10), epochs: 2, batchSize: 4 });
  expect(steps.map(({ step, totalSteps }) => [step, totalSteps])).toEqual([1, 2, 3, 4, 5, 6].map((step) => [step, 6]));
  expect(steps.every(({ validLoss, fullValidLoss }) => validLoss === null && fullValidLoss === null)).toBe(true);
  expect(trainedTokens).toBeGreaterThan(1000);
});

test('an abort ends training with its reason, between two steps', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  let steps = 0;
  const running = tiny.train(
    {
      train: rows,
      validation: [],
      epochs: 50,
      batchSize: 1,
      learningRateMultiplier: 1,
      seed: 1,
      resumeFrom: null,
    },
    ({ kind }) => {
      if (kind === 'step') steps += 1;
      if (steps === 3) controller.abort(reason);
    },
    controller.signal,
  );
  await expect(running).rejects.toBe(reason);
  expect(steps).toBe(3);
});

test('odd rows neither break training nor make a loss infinite', async () => {
  const row = (prompt: string, completion: string): TrainingExample => ({ prompt: user(prompt), completion });
  const odd = [
    row('', ''),
    row('', 'only an answer'),
    row('x'.repeat(100_000), 'long'),
    row('word '.repeat(20_000), 'long too'),
    row('elf', 'elf '.repeat(300)),
    row('🧝🏽‍♀️, 你好, \ud800', '🐉 says 你好，世界 \ud800\n\n\0P0|0 |'),
    row('same', 'same'),
    row('same', 'same'),
    { prompt: [], completion: 'no prompt at all' },
  ];
  const { model, steps } = await train({ train: odd, validation: odd, epochs: 3, batchSize: 2 });
  for (const { trainLoss, validLoss } of steps) {
    expect(Number.isFinite(trainLoss)).toBe(true);
    if (validLoss !== null) expect(Number.isFinite(validLoss)).toBe(true);
  }
  for (const { prompt } of odd) {
    const text = say(model, prompt, { maxTokens: 50 });
    expect(text).not.toContain('\0end');
    expect([...model.generate(prompt, { maxTokens: 50, seed: 1, topLogprobs: 0 })].length).toBeLessThanOrEqual(50);
  }
});

test('nothing to learn is learned in no steps, and what comes of it comes to an end', async () => {
  const { steps, model } = await train({ train: [] });
  expect(steps).toHaveLength(0);
  const tokens = [...model.generate(user('hello'), { maxTokens: 2000, seed: 1, topLogprobs: 0 })];
  expect(tokens.length).toBeLessThan(100);
});

test('bytes that are no model are refused', () => {
  expect(() => tiny.load(new Uint8Array([1, 2, 3]))).toThrow(/not a practice model/);
});

test('each row that is read is a sign of life, in the validation at the end of an epoch too', async () => {
  let alive = 0;
  const task = { baseModel: 'practice-small', train: rows, validation: rows, epochs: 1, batchSize: rows.length };
  await tiny.train(
    { ...task, learningRateMultiplier: 1, seed: 1, resumeFrom: null },
    ({ kind }) => {
      if (kind === 'alive') alive += 1;
    },
    new AbortController().signal,
  );
  expect(alive).toBeGreaterThanOrEqual(2 * rows.length);
});
