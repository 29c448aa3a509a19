import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Json } from '../../../../domain/common/json.ts';
import {
  type Checkpoint,
  type JobEvent,
  type StepMetrics,
  TERMINAL_STATUSES,
  type TuningJob,
} from '../../../../domain/training/types.ts';
import { seconds } from '../../files.ts';
import { parseStatus, stateOf } from '../../job-status.ts';
import { figuresEvent } from '../figures.ts';

const text = z.string().nullish().catch(null);
const count = z.number().nullish().catch(null);

const job = z.object({
  id: z.string().min(1),
  status: text,
  model: z.string().catch(''),
  training_file: z.string().catch(''),
  validation_file: text,
  n_epochs: count,
  batch_size: z.union([z.number(), z.string()]).nullish().catch(null),
  learning_rate: count,
  training_type: z.object({ type: text, lora_r: count }).nullish().catch(null),
  random_seed: count,
  suffix: text,
  model_output_name: text,
  model_object_id: text,
  model_object_revision_id: text,
  token_count: count,
  total_price: count,
  created_at: seconds,
  updated_at: seconds,
  progress: z.object({ estimate_available: z.boolean(), seconds_remaining: z.number() }).nullish().catch(null),
});

/** Throws ZodError for what has no id. Create, list and cancel answer a short form, which leaves much out. */
export function parseJob(raw: unknown): TuningJob {
  const read = job.parse(raw);
  const word = read.status ?? 'no status';
  // The name is there from the beginning, and its model only at the end.
  const done = parseStatus(word) === 'succeeded';
  const fineTunedModel = done ? read.model_output_name || null : null;
  const state = stateOf({ word, fineTunedModel, finishedAt: null, error: null });
  const ended = TERMINAL_STATUSES.has(state.status);
  const rest = restOf(read);
  return {
    id: read.id,
    model: read.model,
    ...state,
    fineTunedModel,
    trainingFile: read.training_file,
    validationFile: read.validation_file || null,
    resultFiles: [],
    hyperparameters: {
      nEpochs: read.n_epochs ?? 'auto',
      batchSize: typeof read.batch_size === 'number' ? read.batch_size : 'auto',
      learningRateMultiplier: 'auto',
      learningRate: read.learning_rate ?? 'auto',
      ...(read.training_type?.lora_r == null ? {} : { loraRank: read.training_type.lora_r }),
    },
    ...choicesOf(read),
    trainedTokens: read.token_count || null,
    suffix: read.suffix || null,
    seed: read.random_seed ?? null,
    createdAt: read.created_at ?? 0,
    finishedAt: ended ? (read.updated_at ?? read.created_at) : null,
    estimatedFinish: ended ? null : finishOf(read),
    // Before the end it is nought, or what was held back.
    ...(ended && read.total_price != null ? { costUsd: read.total_price } : {}),
    ...(rest === null ? {} : { rest }),
  };
}

type ReadJob = z.infer<typeof job>;

function choicesOf({ training_type }: ReadJob): Pick<TuningJob, 'choices'> {
  const type = training_type?.type?.toLowerCase();
  if (type === 'full') return { choices: { weights: 'full' } };
  return type === 'lora' ? { choices: { weights: 'lora' } } : {};
}

/** To the minute, so that each look does not make it another. */
function finishOf({ progress, updated_at }: ReadJob): number | null {
  if (progress?.estimate_available !== true || updated_at === null) return null;
  return Math.ceil((updated_at + progress.seconds_remaining) / 60) * 60;
}

/** What a deployment goes by. */
function restOf(read: ReadJob): Readonly<Record<string, Json>> | null {
  const { model_object_id, model_object_revision_id } = read;
  if (!model_object_id) return null;
  return { model_object_id, ...(model_object_revision_id ? { model_object_revision_id } : {}) };
}

export function parseJobOrNull(raw: unknown): TuningJob | null {
  return job.safeParse(raw).success ? parseJob(raw) : null;
}

const event = z.object({
  created_at: z.union([z.string(), z.number()]).nullish().catch(null),
  level: text,
  message: z.string().catch(''),
  type: z.string().catch('message'),
  step: count,
});

const LEVELS: Readonly<Record<string, string>> = { info: 'info', warning: 'warn', error: 'error' };

/**
 * Events of a job, oldest first. They have no id of their own: each is known by what it says and when, so that one that
 * is listed twice is one.
 */
export function parseEvents(raws: readonly unknown[]): readonly JobEvent[] {
  const read = raws.flatMap((raw) => {
    const found = event.safeParse(raw);
    return found.success ? [found.data] : [];
  });
  const events = read.map((one): readonly [JobEvent, number] => {
    const { created_at, level, type, message, step } = one;
    const words = JSON.stringify([created_at, type, message, step ?? null]);
    const id = `event-${createHash('sha256').update(words).digest('hex').slice(0, 24)}`;
    const at = seconds.parse(created_at) ?? 0;
    const exact = typeof created_at === 'string' ? Date.parse(created_at) : at * 1000;
    const known = LEVELS[level ?? 'info'] ?? level ?? 'info';
    return [{ id, createdAt: at, level: known, type, message, metrics: null }, Number.isNaN(exact) ? 0 : exact];
  });
  const newestFirst = (events[0]?.[1] ?? 0) > (events.at(-1)?.[1] ?? 0);
  const inOrder = (newestFirst ? events.toReversed() : events).toSorted((a, b) => a[1] - b[1]);
  return [...new Map(inOrder.map(([one]) => [one.id, one])).values()];
}

/** Why a job failed: no field of it says so, only its events. Null where they do not either. */
export function failureIn(events: readonly JobEvent[]): { readonly code: string; readonly message: string } | null {
  const found =
    events.findLast(({ type }) => type === 'job_error') ??
    events.findLast(({ type, level }) => type === 'billing_limit' || level === 'error');
  return found === undefined ? null : { code: found.type, message: found.message };
}

const point = z.object({
  'train/global_step': z.number(),
  'train/loss': count,
  'eval/loss': count,
});

const figure = z.looseObject({ 'train/global_step': count, 'eval/global_step': count, step: count });

/** Figures of steps, each as an event, in the order of the steps. An evaluation that names no step is of the step before it. */
export function parseMetrics(raws: readonly unknown[]): readonly JobEvent[] {
  let before: number | null = null;
  const events = raws.flatMap((raw): JobEvent[] => {
    const loose = figure.safeParse(raw);
    if (!loose.success) return [];
    const step = loose.data['train/global_step'] ?? loose.data['eval/global_step'] ?? loose.data.step ?? before;
    before = step;
    const read = point.safeParse({ ...loose.data, 'train/global_step': step });
    if (!read.success) return [];
    const { 'train/loss': train, 'eval/loss': valid } = read.data;
    if (train == null && valid == null) return [];
    const metrics = {
      ...NO_METRICS,
      step: read.data['train/global_step'],
      trainLoss: train ?? null,
      validLoss: valid ?? null,
    };
    const id = `metrics-${metrics.step}${valid == null ? '' : '-eval'}`;
    return [figuresEvent(id, 0, metrics)];
  });
  return events.toSorted((a, b) => (a.metrics?.step ?? 0) - (b.metrics?.step ?? 0));
}

const NO_METRICS: Omit<StepMetrics, 'step'> = {
  totalSteps: null,
  trainLoss: null,
  trainTokenAccuracy: null,
  validLoss: null,
  validTokenAccuracy: null,
  fullValidLoss: null,
  fullValidTokenAccuracy: null,
};

const checkpoint = z.object({
  step: z.number(),
  path: z.string().catch(''),
  created_at: seconds,
  object_id: text,
  object_name: text,
});

export function parseCheckpointOrNull(raw: unknown, jobId: string): Checkpoint | null {
  const read = checkpoint.safeParse(raw);
  if (!read.success) return null;
  const { step, path, object_id, object_name, created_at } = read.data;
  const id = object_id || path || `${jobId}-step-${step}`;
  return {
    id,
    jobId,
    model: object_name || path || id,
    step,
    createdAt: created_at ?? 0,
    metrics: { ...NO_METRICS, step },
  };
}
