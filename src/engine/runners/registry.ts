import { practiceSmall, practiceWriter } from './grammar/practice-models.ts';
import { tinyRunner } from './tiny/runner.ts';
import type { LanguageModel, Runner } from './types.ts';

/** Everything that can train. */
export const runners: readonly Runner[] = [tinyRunner];

export interface BaseModel {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  readonly tunable: boolean;
  load(): LanguageModel;
}

/** The models that are there before any training. Their names say that they are for practice. */
export const baseModels: readonly BaseModel[] = [
  { id: 'practice-writer', createdAt: 1_761_955_200, tunable: false, load: () => practiceWriter },
  { id: 'practice-small', createdAt: 1_761_955_200, tunable: true, load: () => practiceSmall },
];
