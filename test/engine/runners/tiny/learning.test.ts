import { beforeAll, describe, expect, test } from 'vitest';
import { characters, say, split, type Trained, train, user } from '../support/learning.ts';

const FORMAT = /^Name: .+\nAppearance: .+\nBackground: .+\nPersonality: .+$/;
const NEVER_SEEN = ['mermaid', 'monk', 'sling', 'crab'];

describe('1,296 characters', () => {
  const { train: learned, validation } = split(characters(6), 0.1);
  let trained: Trained;

  beforeAll(async () => {
    trained = await train({ train: learned, validation, epochs: 3 });
  }, 120_000);

  test('loss on rows held out falls by far more than 30%, and accuracy rises', () => {
    const losses = trained.steps.flatMap(({ validLoss }) => validLoss ?? []);
    const [first = 0, last = Number.POSITIVE_INFINITY] = [losses[0], losses.at(-1)];
    expect(last).toBeLessThan(first * 0.3);
    expect(last).toBeLessThan(0.8);
    expect(trained.epochs.at(-1)?.metrics.fullValidTokenAccuracy).toBeGreaterThan(0.7);
    expect(trained.steps[0]?.validLoss).not.toBeNull();
    expect(trained.steps.at(-1)?.step).toBe(trained.steps[0]?.totalSteps);
  });

  test('values never seen are named, in the taught format, with one pronoun throughout', () => {
    for (let seed = 0; seed < 40; seed += 1) {
      const text = say(trained.model, user(NEVER_SEEN.join(', ')), { seed, temperature: seed % 2 === 0 ? 0.7 : 1 });
      expect(text).toMatch(FORMAT);
      for (const word of NEVER_SEEN) expect(text).toContain(word);
      expect(/\b(?:he|his|him)\b/i.test(text) && /\b(?:she|her)\b/i.test(text), text).toBe(false);
    }
  });

  test('values of several words stay whole, and articles agree with them', () => {
    const text = say(trained.model, user('ice elf, sky pirate, grappling hook, emerald iguana'), { temperature: 0 });
    for (const words of ['ice elf', 'sky pirate', 'grappling hook', 'emerald iguana']) expect(text).toContain(words);
    expect(text).not.toMatch(/\ba (?:ice|emerald)|\ban (?:sky|grappling)/i);
  });

  test('answers are new, not rows learned by heart', () => {
    const rows = new Set(learned.map(({ completion }) => completion));
    const texts = Array.from({ length: 20 }, (_, seed) =>
      say(trained.model, user('elf, wizard, crossbow, owl'), { seed }),
    );
    expect(texts.filter((text) => rows.has(text))).toHaveLength(0);
    expect(new Set(texts).size).toBe(20);
  });
});

test('sixteen rows are enough for the format', async () => {
  const { model } = await train({ train: characters(2), epochs: 6, batchSize: 1 });
  for (let seed = 0; seed < 20; seed += 1) {
    const text = say(model, user(NEVER_SEEN.join(', ')), { seed, temperature: seed % 2 === 0 ? 0.7 : 1 });
    expect(text).toMatch(FORMAT);
    for (const word of NEVER_SEEN) expect(text).toContain(word);
  }
});

test('sixteen rows give two seeds two texts, and temperature says how far apart', async () => {
  const { model } = await train({ train: characters(2), epochs: 6, batchSize: 1 });
  const likeness = (temperature: number): number => {
    const texts = Array.from({ length: 20 }, (_, seed) =>
      runs(say(model, user(NEVER_SEEN.join(', ')), { seed, temperature })),
    );
    const pairs = texts.flatMap((a, i) =>
      texts.slice(0, i).map((b) => [...a].filter((run) => b.has(run)).length / a.size),
    );
    return pairs.reduce((sum, share) => sum + share, 0) / pairs.length;
  };
  expect(likeness(1)).toBeLessThan(0.1);
  expect(likeness(0.2)).toBeGreaterThan(1.5 * likeness(1));
});

/** Every run of eight words. */
function runs(text: string): Set<string> {
  const words = text.split(/\s+/);
  return new Set(words.slice(7).map((_, i) => words.slice(i, i + 8).join(' ')));
}
