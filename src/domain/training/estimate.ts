import { weightsName } from '../provider/job-choices.ts';
import { count, formatUsd } from '../text/format.ts';
import type { EngineEstimate } from './engine-estimate.ts';
import type { JobRequest, TrainedWeights } from './types.ts';

/** What a provider says of a job before there is one. */
export interface JobEstimate {
  /** US$; null where it names none. */
  readonly costUsd: number | null;
  /** Tokens of the whole job, as it counts them; null where it does not say. */
  readonly tokens: number | null;
  /** What else is worth knowing; sentences. */
  readonly notes: readonly string[];
  /** What speaks against the job, though it can be created; sentences. */
  readonly doubts: readonly string[];
  /** Why it would be refused; null where nothing that was asked speaks against it. */
  readonly refusal: string | null;
  /** What an engine of real weights says besides; notes and doubts are made of it. Absent elsewhere. */
  readonly engine?: EngineEstimate | undefined;
}

/** What a provider lets a job on a base be, each null where it sets no limit. */
export interface ModelLimits {
  readonly epochs: number | null;
  readonly leastRate: number | null;
  readonly mostRate: number | null;
  readonly mostRank: number | null;
  readonly leastBatch: number | null;
  readonly mostBatch: number | null;
  /** What was asked to be trained of the base and is not; null where nothing is known against it. */
  readonly untrained: TrainedWeights | null;
}

/** The first setting of a job that is outside its base's limits, in words; null where there is none. */
export function limitRefusal({ model, hyperparameters }: JobRequest, limits: ModelLimits): string | null {
  const { untrained } = limits;
  if (untrained !== null) {
    const other = untrained === 'full' ? 'lora' : 'full';
    return `${model} is not trained as ${weightsName(untrained)} there, only as ${weightsName(other)}.`;
  }
  const { nEpochs, batchSize, learningRate = 'auto', loraRank = 'auto' } = hyperparameters;
  const settings = [
    ['epochs', nEpochs, null, limits.epochs],
    ['learning rate', learningRate, limits.leastRate, limits.mostRate],
    ['LoRA rank', loraRank, null, limits.mostRank],
    ['batch size', batchSize, limits.leastBatch, limits.mostBatch],
  ] as const;
  for (const [name, value, least, most] of settings) {
    if (value === 'auto') continue;
    if (most !== null && value > most)
      return `${model} is trained with a ${name} of ${most} at most, and not ${value}.`;
    if (least !== null && value < least)
      return `${model} is trained with a ${name} of ${least} at least, and not ${value}.`;
  }
  return null;
}

/** As a person reads it, the cost first; what would be refused or is doubtful is not among it. */
export function estimateText({ costUsd, tokens, notes, engine }: JobEstimate, provider: string): readonly string[] {
  if (engine !== undefined) return notes;
  const cost = costUsd === null ? `${provider} names no price.` : `${provider} expects ${formatUsd(costUsd)}.`;
  return [cost, ...(tokens === null ? [] : [`It counts ${count(tokens)} tokens to train on, in all.`]), ...notes];
}
