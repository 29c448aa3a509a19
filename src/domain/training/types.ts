import type { Json } from '../common/json.ts';
import { sanitizeLine } from '../text/sanitize.ts';
import type { WeightSettings } from './weight-settings.ts';

/**
 * W&B as a provider reports to it by itself, with the key that is stored in the account there: metrics and config of
 * the job, but neither its data nor evaluations. Of the providers known, OpenAI alone has it.
 */
export interface WandbIntegration {
  readonly project: string;
  /** Null for the default of the key. */
  readonly entity: string | null;
}

/**
 * OpenAI's job statuses; `paused`, which the service sends though the published enum lacks it; and `unknown` for a
 * server's word that has no known meaning.
 */
export type JobStatus =
  | 'validating_files'
  | 'queued'
  | 'running'
  | 'paused'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'unknown';

export const TERMINAL_STATUSES: ReadonlySet<JobStatus> = new Set(['succeeded', 'failed', 'cancelled']);

/** A number, or `auto` where the provider is to choose. */
export type Hyperparameter = number | 'auto';

export interface Hyperparameters {
  /** 1 to 50. */
  readonly nEpochs: Hyperparameter;
  /** 1 to 256. */
  readonly batchSize: Hyperparameter;
  /** Above 0: of the rate that the provider would choose. */
  readonly learningRateMultiplier: Hyperparameter;
  /** Above 0, absolute: for providers that know no multiplier. `auto` when absent. */
  readonly learningRate?: Hyperparameter | undefined;
  /** Rank of the LoRA adapter, for providers that let it be chosen. `auto` when absent. */
  readonly loraRank?: Hyperparameter | undefined;
}

/** Supervised: of good answers. DPO, direct preference optimisation: of pairs of a better and a worse answer. */
export type TrainingMethod = 'supervised' | 'dpo';

/** What of a model is trained: an adapter beside it, or all of its weights. */
export type TrainedWeights = 'lora' | 'full';

/** What some providers let a person choose of a job, beside its hyperparameters; where it is absent the provider chooses. */
export interface JobChoices {
  readonly weights?: TrainedWeights | undefined;
  /** Where and at what price it is trained, in the provider's word for it: Azure's `trainingType`. */
  readonly tier?: string | undefined;
  /** Of real weights, at Luthier's own engine. */
  readonly settings?: WeightSettings | undefined;
}

export interface JobRequest {
  readonly model: string;
  readonly trainingFile: string;
  readonly validationFile: string | null;
  /** 1 to 64 characters. */
  readonly suffix: string | null;
  /** 0 to 2147483647. */
  readonly seed: number | null;
  readonly hyperparameters: Hyperparameters;
  /** Supervised when absent. */
  readonly method?: TrainingMethod | undefined;
  /** DPO only: above 0, at most 2. Higher keeps nearer to the base model. `auto` when absent. */
  readonly beta?: Hyperparameter | undefined;
  readonly choices?: JobChoices | undefined;
  /** Where the provider is to report the job to by itself; nowhere when absent. */
  readonly wandb?: WandbIntegration | undefined;
  /** Kept with the job where the provider keeps such things, so that the job is known again by it; none when absent. */
  readonly key?: string | undefined;
}

export interface JobError {
  readonly code: string;
  readonly message: string;
  readonly param: string | null;
}

export interface TuningJob {
  readonly id: string;
  readonly model: string;
  readonly status: JobStatus;
  /** The server's word for the status where Luthier does not know it; absent otherwise. */
  readonly statusWord?: string | undefined;
  readonly fineTunedModel: string | null;
  readonly trainingFile: string;
  readonly validationFile: string | null;
  readonly resultFiles: readonly string[];
  readonly hyperparameters: Hyperparameters;
  /** What the provider says of these; absent where it says nothing. */
  readonly choices?: JobChoices | undefined;
  /** Of DPO, as the provider says; absent where it says nothing. */
  readonly beta?: number | undefined;
  readonly trainedTokens: number | null;
  readonly suffix: string | null;
  readonly seed: number | null;
  /** Null unless the job failed. */
  readonly error: JobError | null;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  readonly finishedAt: number | null;
  readonly estimatedFinish: number | null;
  /** US$, as the provider itself says; absent where it does not. */
  readonly costUsd?: number | undefined;
  /** Share that is done, 0 to 1, as the provider itself says; absent where it does not. */
  readonly progress?: number | undefined;
  /** Fields of the provider's answer that have no place of their own above, as they came; absent when there are none. */
  readonly rest?: Readonly<Record<string, Json>> | undefined;
}

/** A job's status as a person reads it: a word we do not know as the server wrote it. */
export const statusText = ({ status, statusWord }: Pick<TuningJob, 'status' | 'statusWord'>): string =>
  statusWord === undefined ? status : sanitizeLine(statusWord);

export interface StepMetrics {
  readonly step: number;
  readonly totalSteps: number | null;
  readonly trainLoss: number | null;
  readonly trainTokenAccuracy: number | null;
  readonly validLoss: number | null;
  readonly validTokenAccuracy: number | null;
  readonly fullValidLoss: number | null;
  readonly fullValidTokenAccuracy: number | null;
  /** How the step was made, where its trainer says so; absent elsewhere. */
  readonly machine?: StepMachine | undefined;
}

/** What a trainer of real weights says of a step beside its loss; null where it did not. */
export interface StepMachine {
  readonly learningRate: number | null;
  /** Before it is clipped. */
  readonly gradientNorm: number | null;
  readonly tokensPerSecond: number | null;
  /** Bytes, in use and at most so far. */
  readonly memoryUsed: number | null;
  readonly memoryPeak: number | null;
  /** Of preference pairs: by how much the better answer is preferred. */
  readonly rewardMargin: number | null;
  readonly device: string | null;
}

export interface JobEvent {
  readonly id: string;
  readonly createdAt: number;
  readonly level: string;
  readonly type: string;
  readonly message: string;
  /** Present on `metrics` events. */
  readonly metrics: StepMetrics | null;
}

export interface Checkpoint {
  readonly id: string;
  readonly jobId: string;
  readonly model: string;
  readonly step: number;
  readonly createdAt: number;
  readonly metrics: StepMetrics;
}

/** What the uploaded files held: each as the first 8 hex digits of its SHA-256, so that equal data has one name. */
export interface DataVersion {
  readonly training: string;
  /** Null when nothing was held out. */
  readonly validation: string | null;
}

/** A job as this machine remembers it. */
export interface JobRecord {
  readonly projectId: string;
  readonly providerId: string;
  readonly job: TuningJob;
  readonly trainRows: number;
  readonly validationRows: number;
  /** US$ quoted before it started; null when unknown. */
  readonly quoteUsd: number | null;
  /** Absent in records of before it was kept. */
  readonly data?: DataVersion | undefined;
  /** What the job was created with, `auto` where the provider was to choose; absent in records of before it was kept. */
  readonly asked?: Hyperparameters | undefined;
  /** Supervised when absent. Under DPO the rows above are pairs. */
  readonly method?: TrainingMethod | undefined;
  /** What was chosen of it; nothing when absent. */
  readonly choices?: JobChoices | undefined;
  /** Of everything it was asked for with: equal for the same training. Absent in records of before it was kept. */
  readonly fingerprint?: string | undefined;
  /** Which target of which bake-off it is of; absent where it is of none. */
  readonly place?: BakeoffPlace | undefined;
}

export interface BakeoffPlace {
  readonly bakeoffId: string;
  readonly targetId: string;
}
