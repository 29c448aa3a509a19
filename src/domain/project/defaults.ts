import { PRACTICE_BASE, PRACTICE_TEACHER } from '../provider/practice.ts';

/** Plans that a new project starts with: on the embedded engine, ready to run. */

export const PLAN_DEFAULTS = {
  model: PRACTICE_TEACHER,
  temperature: 1,
  maxTokens: 300,
  cells: { kind: 'all' },
  concurrency: 'auto',
  capUsd: null,
} as const;

export const TRAINING_DEFAULTS = {
  model: PRACTICE_BASE,
  method: 'supervised',
  beta: 'auto',
  hyperparameters: { nEpochs: 'auto', batchSize: 'auto', learningRateMultiplier: 'auto' },
  suffix: '',
  seed: null,
  // A fifth: of the example's 16 rows about 3, and splitRows never leaves fewer than 10 to train on.
  validationShare: 0.2,
  splitSeed: 1,
  rows: 'not-rejected',
} as const;

export const CHAT_DEFAULTS = {
  models: [PRACTICE_BASE],
  system: '',
  sampling: { temperature: 1, maxTokens: 300 },
} as const;
