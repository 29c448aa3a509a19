import { readFile } from 'node:fs/promises';
import { PRACTICE_BASE, PRACTICE_TEACHER } from '../../../domain/provider/models.ts';
import { practiceSmall, practiceWriter } from '../grammar/practice-models.ts';
import { countTokens } from '../text.ts';
import { load } from '../tiny/runner.ts';
import type { BaseModel, Runner } from '../types.ts';
import { languageModel } from './answers.ts';
import { modelFile, practiceTrainer } from './trainer.ts';
import type { PracticeModel } from './types.ts';

/** The models that are there before any training. Their names say that they are for practice. */
export const practiceBases: Readonly<Record<string, PracticeModel>> = {
  [PRACTICE_TEACHER]: practiceWriter,
  [PRACTICE_BASE]: practiceSmall,
};

const facts = { createdAt: 1_761_955_200, practice: true, state: 'ready', bytes: null } as const;

const MODELS: readonly BaseModel[] = [
  { ...facts, id: PRACTICE_TEACHER, methods: [] },
  { ...facts, id: PRACTICE_BASE, methods: ['supervised'] },
];

/** The practice models: statistical models of language, trained in seconds on one core, with nothing to install. */
export const practiceRunner: Runner = {
  name: 'practice',
  models: async () => MODELS,
  async open({ base, path }) {
    const model = path === null ? practiceBases[base] : load(await readFile(modelFile(path)));
    if (model === undefined) throw new Error(`There is no practice model ${base}.`);
    return languageModel(model, countTokens);
  },
  trainer: practiceTrainer,
  estimate: null,
  async close() {},
};
