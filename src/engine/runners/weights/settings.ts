import { defaultEpochs } from '../../../domain/training/epochs.ts';
import type { TrainingMethod } from '../../../domain/training/types.ts';
import type { WireHyperparameters } from '../../storage/jobs.ts';

/** What a job of real weights may set beside OpenAI's hyperparameters. */
export const WEIGHT_SETTINGS = [
  'learning_rate',
  'lora_r',
  'lora_alpha',
  'lora_dropout',
  'target_modules',
  'full',
  'max_length',
  'gradient_checkpointing',
  'precision',
  'warmup_ratio',
] as const;

/** Facts that the automatic settings are chosen by. */
export interface SettingFacts {
  readonly method: TrainingMethod;
  readonly examples: number;
  /** Of the base's weights, on disk. */
  readonly weightBytes: number;
  readonly processes: number;
}

/** Weights are stored in two bytes each, mostly; where they take four this says twice as many, which changes no order of magnitude. */
const BYTES_A_PARAMETER = 2;
const TINY = 10e6;
const SMALL = 100e6;
/** From here on memory is worth a third of the speed: a base of 0.6 billion parameters takes 2.5 GB with it, and 3.4 without (docs/runner.md). */
const LARGE = 3e8;

/**
 * Learning rates at a multiplier of 1. Adapters of usual sizes: the rate of TRL's and of the LoRA authors' examples; a full
 * training takes a tenth. Smaller models stand, and need, more. Preference pairs want far smaller steps (TRL's defaults).
 */
function baseRate({ method, weightBytes }: SettingFacts, full: boolean): number {
  const parameters = weightBytes / BYTES_A_PARAMETER;
  const adapter = parameters < TINY ? 5e-3 : parameters < SMALL ? 1e-3 : 2e-4;
  const supervised = full ? adapter / 10 : adapter;
  return method === 'dpo' ? supervised / 20 : supervised;
}

/** Rows of one step: 8 where there are enough, since a single row is a noisy guide; a multiple of the processes. */
function autoBatch({ examples, processes }: SettingFacts): number {
  const wanted = Math.min(Math.max(8, Math.round(examples * 0.002)), 64, Math.max(1, examples));
  return Math.min(256, Math.max(1, Math.ceil(wanted / processes)) * processes);
}

const given = <T>(value: T | 'auto' | undefined, auto: T): T =>
  value === undefined || value === 'auto' ? auto : value;

/** Puts values where the client said `auto` or nothing. */
export function resolveSettings(wanted: WireHyperparameters, facts: SettingFacts): WireHyperparameters {
  const full = given(wanted.full, false);
  const multiplier = given(wanted.learning_rate_multiplier, 1);
  const r = given(wanted.lora_r, 16);
  const adapter = {
    lora_r: r,
    lora_alpha: given(wanted.lora_alpha, 2 * r),
    lora_dropout: given(wanted.lora_dropout, 0),
    target_modules: given(wanted.target_modules, 'all-linear'),
  };
  return {
    n_epochs: given(wanted.n_epochs, defaultEpochs(facts.examples)),
    batch_size: given(wanted.batch_size, autoBatch(facts)),
    learning_rate_multiplier: multiplier,
    learning_rate: given(wanted.learning_rate, baseRate(facts, full) * multiplier),
    full,
    ...(full ? {} : adapter),
    max_length: wanted.max_length ?? 'auto',
    gradient_checkpointing: given(wanted.gradient_checkpointing, facts.weightBytes / BYTES_A_PARAMETER >= LARGE),
    precision: wanted.precision ?? 'auto',
    warmup_ratio: given(wanted.warmup_ratio, 0.03),
    ...(facts.method === 'dpo' ? { beta: given(wanted.beta, 0.1) } : {}),
  };
}
