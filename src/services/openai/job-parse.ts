import * as z from 'zod';
import type { Json } from '../../domain/common/json.ts';
import { parseStepMetrics } from '../../domain/training/metrics.ts';
import type {
  Checkpoint,
  Hyperparameter,
  Hyperparameters,
  JobChoices,
  JobEvent,
  StepMetrics,
  TuningJob,
} from '../../domain/training/types.ts';
import { weightSettingsFromWire } from '../../domain/training/weight-settings.ts';
import { seconds } from './files.ts';
import { stateOf } from './job-status.ts';

const text = z.string().nullish().catch(null);
const count = z.number().nullish().catch(null);

/** A number, a number as text, or `auto`, which absence means too. */
const hyperparameter = z
  .union([
    z.number(),
    z.string().transform((value) => (Number.isFinite(Number.parseFloat(value)) ? Number(value) : null)),
  ])
  .nullish()
  .catch(null)
  .transform((value): Hyperparameter | null => (value == null || Number.isNaN(value) ? null : value));

/** OpenAI's three and the beta of DPO; beside them an engine of Luthier's says how real weights are trained. */
const hyperparameters = z
  .looseObject({
    n_epochs: hyperparameter,
    batch_size: hyperparameter,
    learning_rate_multiplier: hyperparameter,
    learning_rate: hyperparameter,
    lora_r: hyperparameter,
    beta: hyperparameter,
    full: z.boolean().nullish().catch(null),
  })
  .nullish()
  .catch(null);

const variant = z.object({ hyperparameters }).nullish().catch(null);

/** The word for a job's state, as text; null where there is none. */
const state = z
  .union([z.string().min(1), z.number().transform(String)])
  .nullish()
  .catch(null);

const NO_STATUS = 'no status';

const job = z.object({
  id: z.string().min(1),
  model: z.string().catch(''),
  status: state,
  state,
  fine_tuned_model: text,
  training_file: z.string().catch(''),
  validation_file: text,
  result_files: z
    .array(z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]))
    .nullish()
    .catch(null),
  hyperparameters,
  method: z.object({ supervised: variant, dpo: variant, reinforcement: variant }).nullish().catch(null),
  trained_tokens: count,
  suffix: text,
  user_provided_suffix: text,
  seed: count,
  error: z.object({ code: text, message: text, param: text }).nullish().catch(null),
  created_at: seconds,
  finished_at: seconds,
  estimated_finish: seconds,
});

/** Throws ZodError for what has no id. Real jobs carry `error: {}` when nothing failed: that is null here. */
export function parseJob(raw: unknown): TuningJob {
  const read = job.parse(raw);
  const { supervised, dpo, reinforcement } = read.method ?? {};
  const chosen = (supervised ?? dpo ?? reinforcement)?.hyperparameters;
  const choices = weightChoices(chosen);
  const failure = read.error;
  const error =
    failure?.message || failure?.code
      ? { code: failure.code ?? '', message: failure.message ?? '', param: failure.param ?? null }
      : null;
  const fineTunedModel = read.fine_tuned_model || null;
  const finishedAt = read.finished_at;
  const rest = restOf(raw);
  return {
    id: read.id,
    model: read.model,
    ...stateOf({ word: read.status ?? read.state ?? NO_STATUS, fineTunedModel, finishedAt, error }),
    fineTunedModel,
    trainingFile: read.training_file,
    validationFile: read.validation_file || null,
    resultFiles: read.result_files ?? [],
    hyperparameters: hyperparametersOf(chosen, read.hyperparameters),
    ...(choices === null ? {} : { choices }),
    ...(typeof dpo?.hyperparameters?.beta === 'number' ? { beta: dpo.hyperparameters.beta } : {}),
    trainedTokens: read.trained_tokens ?? null,
    suffix: read.suffix || read.user_provided_suffix || null,
    seed: read.seed ?? null,
    createdAt: read.created_at ?? 0,
    finishedAt,
    estimatedFinish: read.estimated_finish,
    ...(rest === null ? {} : { rest }),
  };
}

type Said = z.output<typeof hyperparameters>;

function hyperparametersOf(chosen: Said, older: Said): Hyperparameters {
  const hyper = (name: 'n_epochs' | 'batch_size' | 'learning_rate_multiplier'): Hyperparameter =>
    chosen?.[name] ?? older?.[name] ?? 'auto';
  const rate = chosen?.learning_rate ?? null;
  const rank = chosen?.lora_r ?? null;
  return {
    nEpochs: hyper('n_epochs'),
    batchSize: hyper('batch_size'),
    learningRateMultiplier: hyper('learning_rate_multiplier'),
    ...(rate === null ? {} : { learningRate: rate }),
    ...(rank === null ? {} : { loraRank: rank }),
  };
}

/** What of real weights is trained, and how; null where the answer says nothing of it. */
function weightChoices(said: Said): JobChoices | null {
  const settings = weightSettingsFromWire(said);
  const full = said?.full ?? null;
  if (settings === null && full === null) return null;
  return {
    ...(full === null ? {} : { weights: full ? 'full' : 'lora' }),
    ...(settings === null ? {} : { settings }),
  };
}

/** What an answer says besides, for a tracker to keep. */
const restSchema = z.object({
  organization_id: z.json().optional().catch(undefined),
  method: z.json().optional().catch(undefined),
  metadata: z.json().optional().catch(undefined),
  integrations: z.json().optional().catch(undefined),
});

function restOf(raw: unknown): Readonly<Record<string, Json>> | null {
  const found = Object.entries(restSchema.parse(raw)).flatMap(([name, value]): [string, Json][] =>
    value === undefined || value === null || (Array.isArray(value) && value.length === 0) ? [] : [[name, value]],
  );
  return found.length === 0 ? null : Object.fromEntries(found);
}

function parseJobOrNull(raw: unknown): TuningJob | null {
  return job.safeParse(raw).success ? parseJob(raw) : null;
}

const event = z.object({
  id: z.string().min(1),
  created_at: seconds,
  level: z.string().catch('info'),
  type: z.string().catch('message'),
  message: z.string().catch(''),
  data: z.unknown().optional(),
});

/** Events of a type we do not know are kept as they are. */
function parseEventOrNull(raw: unknown): JobEvent | null {
  const read = event.safeParse(raw);
  if (!read.success) return null;
  const { id, created_at, level, type, message, data } = read.data;
  return { id, createdAt: created_at ?? 0, level, type, message, metrics: eventMetrics(type, message, data) };
}

/** Figures, wherever there are any: some servers send them in events of type `message`. */
function eventMetrics(type: string, message: string, data: unknown): StepMetrics | null {
  const metrics = parseStepMetrics(data, message);
  if (metrics === null || type === 'metrics') return metrics;
  const { step: _step, totalSteps: _totalSteps, ...figures } = metrics;
  return Object.values(figures).some((figure) => figure !== null) ? metrics : null;
}

const checkpoint = z.object({
  id: z.string().min(1),
  fine_tuning_job_id: z.string().catch(''),
  fine_tuned_model_checkpoint: z.string().min(1),
  step_number: z.number(),
  created_at: seconds,
  metrics: z.record(z.string(), z.unknown()).nullish().catch(null),
});

function parseCheckpointOrNull(raw: unknown): Checkpoint | null {
  const read = checkpoint.safeParse(raw);
  if (!read.success) return null;
  const { id, fine_tuning_job_id: jobId, fine_tuned_model_checkpoint: model, step_number: step } = read.data;
  const metrics = parseStepMetrics({ ...read.data.metrics, step });
  return metrics === null ? null : { id, jobId, model, step, createdAt: read.data.created_at ?? 0, metrics };
}

/** How the answers of a dialect are read. What ends in OrNull is of a list, where one that cannot be read is left out. */
export interface JobAnswers {
  /** Throws ZodError for what is no job. */
  job(raw: unknown): TuningJob;
  jobOrNull(raw: unknown): TuningJob | null;
  eventOrNull(raw: unknown): JobEvent | null;
  checkpointOrNull(raw: unknown): Checkpoint | null;
}

export const OPENAI_ANSWERS: JobAnswers = {
  job: parseJob,
  jobOrNull: parseJobOrNull,
  eventOrNull: parseEventOrNull,
  checkpointOrNull: parseCheckpointOrNull,
};
