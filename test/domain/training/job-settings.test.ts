import { describe, expect, test } from 'vitest';
import type { JobDialect } from '../../../src/domain/provider/job-dialects.ts';
import { defaultEpochs } from '../../../src/domain/training/epochs.ts';
import { findBoundsProblems } from '../../../src/domain/training/job-settings.ts';

test.each([
  [3, 25],
  [10, 10],
  [16, 6],
  [33, 3],
  [34, 3],
  [1296, 3],
  [8333, 3],
  [8334, 2],
  [20_000, 1],
  [100_000, 1],
])('%i examples are trained for %i epochs by default', (examples, epochs) => {
  expect(defaultEpochs(examples)).toBe(epochs);
});

describe('the rank of an adapter', () => {
  const problems = (loraRank: number, jobDialect: JobDialect): readonly string[] =>
    findBoundsProblems(
      {
        hyperparameters: { nEpochs: 'auto', batchSize: 'auto', learningRateMultiplier: 'auto', loraRank },
        suffix: null,
        seed: null,
      },
      { kind: 'compatible', jobDialect },
    ).map(({ message }) => message);

  test.each([
    [16, 'together', []],
    [12, 'together', []],
    [65, 'together', ['The LoRA rank must be a whole number from 1 to 64; 65 is not.']],
    [16, 'fireworks', []],
    [12, 'fireworks', ['The LoRA rank must be a power of two from 1 to 32; 12 is not.']],
    [64, 'fireworks', ['The LoRA rank must be a power of two from 1 to 32; 64 is not.']],
    [8, 'method', ['Jobs of this provider let no LoRA rank be chosen.']],
  ] as const)('of %i in dialect %s', (rank, dialect, found) => {
    expect(problems(rank, dialect)).toEqual(found);
  });
});
