import { defaultEpochs } from '../../domain/training/epochs.ts';
import type { TrainingMethod } from '../../domain/training/types.ts';
import type { Checkpoint, MeasuredStep, TrainingSignal } from '../runners/types.ts';
import type { WireHyperparameters } from '../storage/jobs.ts';

interface ResolvedHyperparameters {
  readonly n_epochs: number;
  readonly batch_size: number;
  readonly learning_rate_multiplier: number;
}

/**
 * Puts numbers where the client said `auto`: epochs by the cookbook's rule, a batch of 0.2% of the examples
 * (1 to 256), and a learning-rate multiplier of 1.
 */
export function resolveHyperparameters(wanted: WireHyperparameters, examples: number): ResolvedHyperparameters {
  const auto = {
    n_epochs: defaultEpochs(examples),
    batch_size: Math.min(256, Math.max(1, Math.round(examples * 0.002))),
    learning_rate_multiplier: 1,
  };
  return {
    n_epochs: wanted.n_epochs === 'auto' ? auto.n_epochs : wanted.n_epochs,
    batch_size: wanted.batch_size === 'auto' ? auto.batch_size : wanted.batch_size,
    learning_rate_multiplier:
      wanted.learning_rate_multiplier === 'auto' ? auto.learning_rate_multiplier : wanted.learning_rate_multiplier,
  };
}

/** What the trainer thread is started with. Paths are absolute. */
export type TrainerTask = ValidateTask | TrainTask;

interface TaskFiles {
  readonly training: string;
  readonly validation: string | null;
}

export interface ValidateTask {
  readonly kind: 'validate';
  readonly files: TaskFiles;
  readonly method: TrainingMethod;
}

export interface TrainTask {
  readonly kind: 'train';
  readonly files: TaskFiles;
  readonly baseModel: string;
  readonly method: TrainingMethod;
  readonly hyperparameters: ResolvedHyperparameters;
  /** What was asked for. */
  readonly wanted: WireHyperparameters;
  /** Lines of the training file. */
  readonly size: number;
  /** That the job was created on, `2026-11-29`. */
  readonly day: string;
  readonly seed: number;
  readonly resumeFrom: Checkpoint | null;
  /** Name of the model to be made; checkpoints are named after it. */
  readonly model: string;
  /** The job's own folder, and where models go from there. */
  readonly folders: { readonly job: string; readonly models: string; readonly tmp: string };
}

/** What the trainer thread says. Models travel as files, never as messages. */
export type TrainerMessage =
  /** The task goes on. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'validated'; readonly examples: number }
  | { readonly kind: 'invalid'; readonly error: InvalidFile }
  | { readonly kind: 'steps'; readonly steps: readonly MeasuredStep[] }
  | { readonly kind: 'epoch'; readonly step: number; readonly model: string; readonly metrics: MeasuredStep }
  | { readonly kind: 'trained'; readonly trainedTokens: number }
  /** Of which there is more than one, and which are told as they come. */
  | Extract<TrainingSignal, { kind: 'evaluation' | 'settings' | 'notice' | 'saved' }>
  /** `code`: the reason, where it has a name of its own. */
  | { readonly kind: 'failed'; readonly message: string; readonly code?: string };

export interface InvalidFile {
  readonly code: 'invalid_n_examples' | 'invalid_training_file' | 'invalid_validation_file' | 'file_not_found';
  readonly message: string;
  readonly param: 'training_file' | 'validation_file';
}

/** What the engine says to the trainer thread. */
export type TrainerCommand = { readonly kind: 'stop' };

export const checkpointName = (model: string, step: number): string => `${model}:ckpt-step-${step}`;
