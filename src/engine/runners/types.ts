import type { ChatMessage, Sampling } from '../../domain/chat/types.ts';
import type { StepMetrics } from '../../domain/training/types.ts';

/** What a runner has to learn, with every `auto` already resolved. */
export interface TrainingTask {
  readonly baseModel: string;
  readonly train: readonly TrainingExample[];
  readonly validation: readonly TrainingExample[];
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRateMultiplier: number;
  readonly seed: number;
  /** The serialised state of an earlier `snapshot`, to go on from; null to begin. */
  readonly resumeFrom: Uint8Array | null;
}

/** The messages up to the answer, and the answer that is learned. `weight` 0 answers are context only. */
export interface TrainingExample {
  readonly prompt: readonly ChatMessage[];
  readonly completion: string;
}

export type TrainingSignal =
  /** Work went on and there is nothing to report of it. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'step'; readonly metrics: StepMetrics }
  /** A usable model at the end of an epoch, serialised; `load` accepts it, and so does `resumeFrom`. */
  | {
      readonly kind: 'epoch';
      readonly epoch: number;
      readonly step: number;
      readonly metrics: StepMetrics;
      readonly model: Uint8Array;
    };

export interface TrainingResult {
  readonly model: Uint8Array;
  readonly trainedTokens: number;
}

/** One token of an answer, with the model's own log probability (natural logarithm). */
export interface GeneratedToken {
  readonly text: string;
  readonly logprob: number;
  /** The likeliest alternatives at this place, best first. */
  readonly top: readonly { readonly text: string; readonly logprob: number }[];
}

export interface GenerateOptions extends Sampling {
  readonly maxTokens: number;
  readonly seed: number;
  readonly topLogprobs: number;
  /** -2 to 2, 0 for none: against saying again what was said, see `Penalties`. */
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
}

/** A model that answers. Iteration ends at the model's own end of text or at `maxTokens`; stop strings are the caller's. */
export interface LanguageModel {
  generate(messages: readonly ChatMessage[], options: GenerateOptions): Iterable<GeneratedToken>;
}

/**
 * Trains and loads models. Pure of I/O: files and threads are the engine's. A runner for real weights on a
 * GPU fits behind the same members.
 */
export interface Runner {
  readonly name: string;
  /** Base models it can tune. */
  readonly baseModels: readonly string[];
  /** Milliseconds without a signal after which its training counts as stuck and is ended. */
  readonly silenceMs: number;
  /** Runs until the task is learned. Ends early, by throwing the signal's reason, when `signal` aborts. Yields between steps so that messages get through. */
  train(task: TrainingTask, emit: (signal: TrainingSignal) => void, signal: AbortSignal): Promise<TrainingResult>;
  load(model: Uint8Array): LanguageModel;
}

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
