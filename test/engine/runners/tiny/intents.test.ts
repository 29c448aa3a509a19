import { describe, expect, test } from 'vitest';
import { accuracy, banking, base, hasBanking, intent, rowsOf, train } from '../support/learning.ts';

describe.skipIf(!hasBanking)('ten intents of banking77, thirty rows each', () => {
  const training = hasBanking ? banking('train.csv') : [];
  const testing = hasBanking ? banking('test.csv') : [];
  const labels = [...new Set(training.map(({ label }) => label))];
  const apart = labels.filter((_, i) => i % 8 === 3).slice(0, 10);
  const alike = labels.filter((label) => /transfer|top_up|topping/.test(label)).slice(0, 10);

  test.each([
    ['the first ten', labels.slice(0, 10)],
    ['ten from all over', apart],
    ['ten that are easily confused', alike],
  ])('%s: nine rows in ten are labelled rightly, and the untuned base is near chance', async (_, chosen) => {
    expect(chosen).toHaveLength(10);
    const tests = rowsOf(testing, chosen, 40).map(intent);
    expect(tests).toHaveLength(400);
    const { model } = await train({ train: rowsOf(training, chosen, 30).map(intent), batchSize: 8 });
    expect(accuracy(model, tests)).toBeGreaterThan(0.9);
    expect(accuracy(base('practice-small'), tests)).toBeLessThan(0.15);
  });
});
