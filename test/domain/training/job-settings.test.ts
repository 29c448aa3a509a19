import { expect, test } from 'vitest';
import { defaultEpochs } from '../../../src/domain/training/job-settings.ts';

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
