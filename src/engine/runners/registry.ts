import { PRACTICE_BASE, PRACTICE_TEACHER } from '../../domain/provider/models.ts';
import { practiceSmall, practiceWriter } from './grammar/practice-models.ts';
import { tinyRunner } from './tiny/runner.ts';
import type { BaseModel, Runner } from './types.ts';

export type RunnerName = 'tiny';

const RUNNERS = { tiny: tinyRunner } satisfies Record<RunnerName, Runner>;

/** Everything that can train. */
export const runners: readonly Runner[] = Object.values(RUNNERS);

/** The models that are there before any training. Their names say that they are for practice. */
export const baseModels: readonly BaseModel[] = [
  { id: PRACTICE_TEACHER, createdAt: 1_761_955_200, tunable: false, load: () => practiceWriter },
  { id: PRACTICE_BASE, createdAt: 1_761_955_200, tunable: true, load: () => practiceSmall },
];
