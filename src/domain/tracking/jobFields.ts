import type { TuningJob } from '../training/types.ts';
import type { Json } from './types.ts';

type Fields = Readonly<Record<string, Json>>;

/** A job as the API spells it, for a run's config and for its model's metadata. */
export function jobFields(job: TuningJob): Fields {
  const { nEpochs, batchSize, learningRateMultiplier } = job.hyperparameters;
  return {
    object: 'fine_tuning.job',
    ...job.rest,
    id: job.id,
    model: job.model,
    status: job.status,
    fine_tuned_model: job.fineTunedModel,
    training_file: job.trainingFile,
    validation_file: job.validationFile,
    result_files: [...job.resultFiles],
    hyperparameters: {
      n_epochs: nEpochs,
      batch_size: batchSize,
      learning_rate_multiplier: learningRateMultiplier,
    },
    trained_tokens: job.trainedTokens,
    user_provided_suffix: job.suffix,
    seed: job.seed,
    error: job.error === null ? null : { ...job.error },
    created_at: job.createdAt,
    finished_at: job.finishedAt,
    estimated_finish: job.estimatedFinish,
  };
}

/** The same as the official integration writes a config: the first result file, and times in words (UTC). */
export function jobConfig(job: TuningJob): Fields {
  return {
    ...jobFields(job),
    result_files: job.resultFiles[0] ?? null,
    created_at: timeText(job.createdAt),
    finished_at: job.finishedAt === null ? null : timeText(job.finishedAt),
  };
}

/** `YYYY-MM-DD HH:MM:SS` of seconds since the epoch, in UTC. */
const timeText = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
