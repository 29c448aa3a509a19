import type { CheckpointRow } from '../storage/checkpoints.ts';
import type { EventRow } from '../storage/events.ts';
import type { JobRow } from '../storage/job-row.ts';

/** A job as the API shows it. */
export const jobView = (job: JobRow) => ({
  object: 'fine_tuning.job',
  id: job.id,
  model: job.model,
  created_at: job.created_at,
  finished_at: job.finished_at,
  fine_tuned_model: job.fine_tuned_model,
  organization_id: 'org-luthier',
  result_files: job.result_file === null ? [] : [job.result_file],
  status: job.status,
  training_file: job.training_file,
  validation_file: job.validation_file,
  hyperparameters: job.hyperparameters,
  method: { type: 'supervised', supervised: { hyperparameters: job.hyperparameters } },
  trained_tokens: job.trained_tokens,
  error: job.error,
  user_provided_suffix: job.suffix,
  seed: job.seed,
  estimated_finish: job.estimated_finish,
  integrations: job.integrations ?? [],
  metadata: job.metadata,
});

export const eventView = (event: EventRow) => {
  const data: unknown = event.data === null ? {} : JSON.parse(event.data);
  return {
    object: 'fine_tuning.job.event',
    id: event.id,
    created_at: event.created_at,
    level: event.level,
    message: event.message,
    type: event.type,
    data,
  };
};

export const checkpointView = (checkpoint: CheckpointRow) => ({
  object: 'fine_tuning.job.checkpoint',
  id: checkpoint.id,
  created_at: checkpoint.created_at,
  fine_tuned_model_checkpoint: checkpoint.model,
  step_number: checkpoint.step,
  metrics: checkpoint.metrics,
  fine_tuning_job_id: checkpoint.job_id,
});
