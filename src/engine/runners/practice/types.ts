import type { ChatMessage, Sampling } from '../../../domain/chat/types.ts';
import type { StepMetrics } from '../../../domain/training/types.ts';
import type { GeneratedToken, TrainingExamples, TrainingResult, TrainingTask } from '../types.ts';

/** The practice models' own, smaller world: they compute on the thread that asks, and a model is some bytes. */

export interface PracticeOptions extends Sampling {
  readonly maxTokens: number;
  readonly seed: number;
  readonly topLogprobs: number;
  /** -2 to 2, 0 for none: against saying again what was said, see `Penalties`. */
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
}

/** Iteration ends at the model's own end of text or at `maxTokens`. */
export interface PracticeModel {
  generate(messages: readonly ChatMessage[], options: PracticeOptions): Iterable<GeneratedToken>;
}

export interface PracticeTask
  extends TrainingExamples,
    Pick<TrainingTask, 'epochs' | 'batchSize' | 'learningRateMultiplier' | 'seed'> {
  /** The serialised state at the end of an earlier epoch, to go on from; null to begin. */
  readonly resumeFrom: Uint8Array | null;
}

export type PracticeSignal =
  | { readonly kind: 'alive' }
  | { readonly kind: 'step'; readonly metrics: StepMetrics }
  | {
      readonly kind: 'epoch';
      readonly epoch: number;
      readonly step: number;
      readonly metrics: StepMetrics;
      /** Serialised: it answers, and training goes on from it. */
      readonly model: Uint8Array;
    };

export interface PracticeResult extends Pick<TrainingResult, 'trainedTokens'> {
  readonly model: Uint8Array;
}
