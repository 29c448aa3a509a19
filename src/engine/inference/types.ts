import type { LanguageModel, Runner } from '../runners/types.ts';

/** A model that is there from the start. */
export interface BaseModel {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  readonly tunable: boolean;
  load(): LanguageModel;
}

/** What the engine can run and train: handed in, so that the server knows no model by name. */
export interface EngineModels {
  readonly baseModels: readonly BaseModel[];
  readonly runners: readonly Runner[];
  /** Tokens of a text as the models count them; usage figures come from it. */
  countTokens(text: string): number;
}
