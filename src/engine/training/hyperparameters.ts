import { defaultEpochs } from '../../domain/training/epochs.ts';
import type { WireHyperparameters } from '../storage/job-row.ts';

export interface ResolvedHyperparameters {
  readonly n_epochs: number;
  readonly batch_size: number;
  readonly learning_rate_multiplier: number;
}

/**
 * Puts numbers where the client said `auto`: epochs by the cookbook's rule, a batch of 0.2% of the examples
 * (1 to 256), and a learning-rate multiplier of 1.
 */
export function resolveHyperparameters(asked: WireHyperparameters, examples: number): ResolvedHyperparameters {
  const auto = {
    n_epochs: defaultEpochs(examples),
    batch_size: Math.min(256, Math.max(1, Math.round(examples * 0.002))),
    learning_rate_multiplier: 1,
  };
  return {
    n_epochs: asked.n_epochs === 'auto' ? auto.n_epochs : asked.n_epochs,
    batch_size: asked.batch_size === 'auto' ? auto.batch_size : asked.batch_size,
    learning_rate_multiplier:
      asked.learning_rate_multiplier === 'auto' ? auto.learning_rate_multiplier : asked.learning_rate_multiplier,
  };
}
