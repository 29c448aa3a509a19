import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRandom, permutation } from '../../../../src/domain/common/random.ts';
import type { PracticeModel } from '../../../../src/engine/runners/practice/types.ts';
import { LabelAnswer } from '../../../../src/engine/runners/tiny/label-answer.ts';
import { LabelClassifier } from '../../../../src/engine/runners/tiny/label-classifier.ts';
import { LabelFeatures } from '../../../../src/engine/runners/tiny/label-features.ts';
import { chooseSettings } from '../../../../src/engine/runners/tiny/label-selection.ts';
import type { TrainingExample } from '../../../../src/engine/runners/types.ts';
import { accuracy, say, type Trained, train, user } from '../support/learning.ts';

const CLAUSES = new URL('../../../../examples/nda.csv', import.meta.url);

function clauses(seed: number): { training: TrainingExample[]; testing: TrainingExample[] } {
  const table: string[][] = parse(readFileSync(CLAUSES, 'utf8'), { from_line: 2 });
  const rows = table.map(([, completion = '', text = '']) => ({ prompt: user(text), completion }));
  const order = [...permutation(rows.length, createRandom(seed))].flatMap((row) => rows[row] ?? []);
  const training = ['Yes', 'No'].flatMap((label) =>
    order.filter(({ completion }) => completion === label).slice(0, 15),
  );
  return { training, testing: order.filter((row) => !training.includes(row)) };
}

/** Answers that begin alike: the likeliest first token is not that of the likeliest answer. */
const DESSERTS: TrainingExample[] = [
  ...Array.from({ length: 12 }, () => ({ prompt: user('sweet'), completion: 'apple pie' })),
  ...Array.from({ length: 12 }, () => ({ prompt: user('sweet'), completion: 'apple cake' })),
  ...Array.from({ length: 15 }, () => ({ prompt: user('sweet'), completion: 'cream' })),
];

describe('Yes or No of thirty clauses', () => {
  const { training, testing } = clauses(1);
  let trained: Trained;

  beforeAll(async () => {
    trained = await train({ train: training, validation: testing });
  });

  test('is predicted far better than by chance, on average of six draws', async () => {
    let sum = 0;
    for (let seed = 1; seed <= 6; seed += 1) {
      const draw = clauses(seed);
      sum += accuracy((await train({ train: draw.training })).model, draw.testing) / 6;
    }
    expect(sum).toBeGreaterThan(0.7);
  });

  test('the loss on clauses held out is below that of a coin, and token accuracy is that of the answers', () => {
    const last = trained.epochs.at(-1)?.metrics;
    // Two tokens a row: the label, and the end, which is all but certain.
    expect(last?.fullValidLoss).toBeLessThan(Math.log(2) / 2);
    const right = accuracy(trained.model, testing);
    expect(last?.fullValidTokenAccuracy).toBeCloseTo((1 + right) / 2, 6);
  });

  test('going on from an epoch ends where an unbroken run ends', async () => {
    const rest = await train({ train: training, validation: testing, resumeFrom: trained.epochs[0]?.model ?? null });
    expect(Buffer.compare(rest.bytes, trained.bytes)).toBe(0);
  });

  test('a small learning rate learns less in one epoch', async () => {
    const loss = async (learningRateMultiplier: number): Promise<number> => {
      const options = { train: training, validation: training, epochs: 1, learningRateMultiplier };
      return (await train(options)).epochs.at(-1)?.metrics.fullValidLoss ?? 0;
    };
    expect(await loss(1)).toBeLessThan((await loss(0.02)) - 0.02);
  });
});

describe('answers that begin alike', () => {
  let model: PracticeModel;

  beforeAll(async () => {
    model = (await train({ train: DESSERTS, epochs: 3 })).model;
  });

  test('temperature 0 says the likeliest answer, not the likeliest first token', () => {
    const [first] = model.generate(user('sweet'), { maxTokens: 9, seed: 1, temperature: 0, topLogprobs: 5 });
    expect(first?.top[0]?.text).toBe('apple');
    expect(say(model, user('sweet'), { temperature: 0 })).toBe('cream');
  });

  test('a token is as likely as the answers that go on with it', () => {
    const [first] = model.generate(user('sweet'), { maxTokens: 9, seed: 1, temperature: 1, topLogprobs: 5 });
    const shares = new Map(first?.top.map(({ text, logprob }) => [text, Math.exp(logprob)]));
    expect(shares.get('apple')).toBeCloseTo(8 / 13, 1);
    expect(shares.get('cream')).toBeCloseTo(5 / 13, 1);
  });
});

test('token by token, an answer is as likely as the mixture of the whole answers', () => {
  const spelled = [
    ['a', 'b', ''],
    ['a', 'c', ''],
    ['d', ''],
  ];
  const [known, shares] = [0.8, [0.5, 0.2, 0.3]];
  const others = [0.1, 0.4, 0.6];
  for (const [label, symbols] of spelled.entries()) {
    const answer = new LabelAnswer(spelled, Float64Array.from(shares), known);
    let p = 1;
    for (const [i, symbol] of symbols.entries()) {
      const other = others[i] ?? 0;
      p *= answer.weight * answer.probability(symbol) + (1 - answer.weight) * other;
      expect([...answer.symbols().values()].reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      answer.advance(symbol, other);
    }
    const elsewhere = symbols.reduce((product, _, i) => product * (others[i] ?? 0), 1);
    expect(p).toBeCloseTo(known * (shares[label] ?? 0) + (1 - known) * elsewhere, 12);
  }
});

test('an answer that is no label is left to the other experts', () => {
  const answer = new LabelAnswer([['Yes', '']], Float64Array.of(1), 0.9);
  expect(answer.decision()).toBe('Yes');
  answer.advance('Perhaps', 0.01);
  expect(answer.weight).toBe(0);
  expect(answer.decision()).toBeNull();
});

test('visits end at one optimum, whatever their order', () => {
  const { training } = clauses(2);
  const features = LabelFeatures.fit(
    training.map(({ prompt }) => prompt),
    100_000,
  );
  const weights = [1, 2].map((seed) => {
    const settings = { regularisation: 0.3, sharpness: 1 };
    const model = LabelClassifier.untrained(features.size, training.length, 2, settings);
    for (let pass = 0; pass < 100; pass += 1) {
      for (const row of permutation(training.length, createRandom(seed * 1000 + pass))) {
        const { prompt = [], completion = '' } = training[row] ?? {};
        model.visit(row, features.vector(prompt), completion === 'Yes' ? 0 : 1, 1);
      }
    }
    return model.weights;
  });
  const [a = new Float32Array(), b = new Float32Array()] = weights;
  expect(a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? 0))), 0)).toBeLessThan(1e-4);
});

test('labels that nothing in the prompts distinguishes are given softly, clear ones sharply', () => {
  const rows = (prompts: readonly string[]): { vector: ReturnType<LabelFeatures['vector']>; label: number }[] => {
    const features = LabelFeatures.fit(prompts.map(user), 1000);
    return prompts.map((prompt, i) => ({ vector: features.vector(user(prompt)), label: i % 2 }));
  };
  const numbers = Array.from({ length: 40 }, (_, i) => i);
  const clear = chooseSettings(rows(numbers.map((i) => (i % 2 === 0 ? `red ${i}` : `blue ${i}`))), 1000, 2, 1);
  const luck = chooseSettings(rows(numbers.map((i) => `grey ${i >> 1}`)), 1000, 2, 1);
  expect(clear.sharpness / clear.regularisation).toBeGreaterThan((4 * luck.sharpness) / luck.regularisation);
});

test('what every prompt has distinguishes nothing, and long prompts do not count for more than short ones', () => {
  const features = LabelFeatures.fit(['the red fox', 'the blue fox', 'the red hen'].map(user), 1000);
  const short = features.vector(user('the'));
  expect([...short.places]).toEqual([0]);
  const long = features.vector(user('the red fox and the blue hen '.repeat(50)));
  expect(long.squaredNorm).toBeLessThanOrEqual(2.2);
});

test('answers copied from their prompts stay copies: a word never seen is said', async () => {
  const animals = ['cat', 'owl', 'wolf', 'toad', 'raven'];
  const rows = animals.flatMap((animal, i) =>
    Array.from({ length: 4 }, (_, n) => ({
      prompt: user(`animal: ${animal}; number: ${7 * i + n}`),
      completion: animal,
    })),
  );
  const { model } = await train({ train: rows, epochs: 3 });
  expect(say(model, user('animal: llama; number: 4'), { temperature: 0 })).toBe('llama');
});
