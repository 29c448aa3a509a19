import { expect, it } from 'vitest';
import { quoteLines, quoteRecord } from '../../src/cli/commands/train.ts';

const quoteOf = (trainExamples: number) => ({
  model: 'practice-small',
  trainExamples,
  validationExamples: 3,
  epochs: 3,
  epochsAreDefault: true,
  tokensPerEpoch: 1200,
  billedTokens: 3600,
  costUsd: 0,
});

it('a quote says what so few rows come to, in words and in the record, and nothing where there are enough', () => {
  const few = '12 rows: they will be learned by heart. 50 or more help.';
  expect(quoteLines(quoteOf(12))).toEqual([expect.stringMatching(/^12 examples \(3 held out\), /), few]);
  expect(quoteRecord(quoteOf(12))).toMatchObject({ trainExamples: 12, byHeart: few });
  expect(quoteLines(quoteOf(50))).toHaveLength(1);
  expect(quoteRecord(quoteOf(50))).toMatchObject({ byHeart: null });
});
