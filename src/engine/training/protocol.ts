import type { StepMetrics } from '../../domain/training/types.ts';
import type { ResolvedHyperparameters } from './hyperparameters.ts';

/** What the trainer thread is started with. Paths are absolute. */
export type TrainerTask = ValidateTask | TrainTask;

interface TaskFiles {
  readonly training: string;
  readonly validation: string | null;
}

export interface ValidateTask {
  readonly kind: 'validate';
  readonly files: TaskFiles;
}

export interface TrainTask {
  readonly kind: 'train';
  readonly files: TaskFiles;
  readonly baseModel: string;
  readonly hyperparameters: ResolvedHyperparameters;
  readonly seed: number;
  /** A checkpoint to go on from; null to begin. */
  readonly resumeFrom: string | null;
  /** Name of the model to be made; checkpoints are named after it. */
  readonly model: string;
  readonly folders: { readonly models: string; readonly tmp: string };
}

/** What the trainer thread says. Models travel as files, never as messages. */
export type TrainerMessage =
  | { readonly kind: 'validated'; readonly examples: number }
  | { readonly kind: 'invalid'; readonly error: InvalidFile }
  | { readonly kind: 'steps'; readonly steps: readonly StepMetrics[] }
  | { readonly kind: 'epoch'; readonly step: number; readonly model: string; readonly metrics: StepMetrics }
  | { readonly kind: 'trained'; readonly trainedTokens: number }
  | { readonly kind: 'failed'; readonly message: string };

export interface InvalidFile {
  readonly code: 'invalid_n_examples' | 'invalid_training_file' | 'invalid_validation_file' | 'file_not_found';
  readonly message: string;
  readonly param: 'training_file' | 'validation_file';
}

/** What the engine says to the trainer thread. */
export type TrainerOrder = { readonly kind: 'stop' };

export const checkpointName = (model: string, step: number): string => `${model}:ckpt-step-${step}`;
