import { join } from 'node:path';
import type { Checkpoint, MeasuredStep, Trainer } from '../runners/types.ts';
import { modelBlobName, removeBlob, writeAtomic } from '../storage/blobs.ts';
import type { Claim, Claims } from '../storage/claims.ts';
import type { NewEvent } from '../storage/events.ts';
import { checkpointId, fileId, nowSeconds } from '../storage/ids.ts';
import { jobFolder } from '../storage/job-folders.ts';
import type { JobRow, WireJobError } from '../storage/jobs.ts';
import type { ModelRow } from '../storage/models.ts';
import type { Store } from '../storage/store.ts';
import { resolveHyperparameters, type TrainerMessage, type TrainerTask } from './protocol.ts';

/** The metrics event of a step, in OpenAI's words; of several writers of one step only the first counts. */
function stepEvent(metrics: MeasuredStep, mark: 'step' | 'evaluation' = 'step'): NewEvent {
  const { step, totalSteps, trainLoss, validLoss, fullValidLoss } = metrics;
  const parts = [
    loss('training loss', trainLoss),
    loss('validation loss', validLoss),
    loss('full validation loss', fullValidLoss),
  ].filter((part) => part !== null);
  const message = `Step ${step}/${totalSteps ?? '?'}: ${parts.join(', ')}`;
  return {
    message,
    type: 'metrics',
    once: `${mark}:${step}`,
    data: {
      ...wireMetrics(metrics),
      total_steps: totalSteps,
      ...(metrics.device === undefined ? {} : { device: metrics.device }),
    },
  };
}

/** Metrics under the API's names; what was not measured is left out. */
function wireMetrics(metrics: MeasuredStep): Record<string, number> {
  const named = {
    step: metrics.step,
    train_loss: metrics.trainLoss,
    train_mean_token_accuracy: metrics.trainTokenAccuracy,
    valid_loss: metrics.validLoss,
    valid_mean_token_accuracy: metrics.validTokenAccuracy,
    full_valid_loss: metrics.fullValidLoss,
    full_valid_mean_token_accuracy: metrics.fullValidTokenAccuracy,
  };
  const measured: Record<string, number> = { ...metrics.more };
  for (const [name, value] of Object.entries(named)) if (value !== null) measured[name] = value;
  return measured;
}

/** The result file: one line a step, empty where nothing was measured. */
function resultCsv(steps: readonly Readonly<Record<string, unknown>>[]): string {
  const fields = ['step', 'train_loss', 'train_mean_token_accuracy', 'valid_loss', 'valid_mean_token_accuracy'];
  const byStep = new Map<unknown, Readonly<Record<string, unknown>>>();
  for (const step of steps) byStep.set(step.step, { ...byStep.get(step.step), ...step });
  const lines = [...byStep.values()].map((step) => fields.map((field) => String(step[field] ?? '')).join(','));
  return `step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n${lines.map((line) => `${line}\n`).join('')}`;
}

const loss = (name: string, value: number | null): string | null =>
  value === null ? null : `${name}=${value.toFixed(2)}`;

type MessageOf<K extends TrainerMessage['kind']> = Extract<TrainerMessage, { kind: K }>;

/** Why a training failed, as the job says it. */
const failure = ({ message, code = 'server_error' }: MessageOf<'failed'>): WireJobError => ({
  code,
  message,
  param: null,
});

/** A task for a trainer thread, and what becomes of what the thread says. */
export interface Work {
  readonly task: TrainerTask;
  /** False when this engine no longer owns the job, so that the thread should be stopped. */
  record(message: TrainerMessage): boolean;
}

/** Fields of a job that nobody works on any more. */
export const UNOWNED = { owner: null, owner_pid: null, heartbeat_at: null, estimated_finish: null } as const;

/** Ends a job with an error, which is also its last event. */
export function failJob(store: Store, claims: Claims, jobId: string, error: WireJobError): boolean {
  return claims.write(jobId, () => {
    store.jobs.update(jobId, { status: 'failed', error, finished_at: nowSeconds(), ...UNOWNED });
    store.events.append(jobId, [{ message: error.message, level: 'error' }]);
  });
}

/** Where the job's files are; a deleted one has no path that exists, which the thread reports. */
function taskFiles(store: Store, job: JobRow): TrainerTask['files'] {
  const path = (id: string): string => join(store.folders.files, store.files.get(id)?.blob ?? 'deleted');
  return {
    training: path(job.training_file),
    validation: job.validation_file === null ? null : path(job.validation_file),
  };
}

/** Checks the files of a new job, and moves it to the queue. */
export function validateWork(store: Store, claims: Claims, { job }: Claim): Work {
  return {
    task: { kind: 'validate', files: taskFiles(store, job), method: job.method },
    record(message) {
      switch (message.kind) {
        case 'validated':
          return claims.write(job.id, () => {
            store.jobs.update(job.id, { status: 'queued', examples: message.examples, adoptions: 0, ...UNOWNED });
            store.events.append(job.id, [
              { message: 'Files validated, moving job to queued state', once: 'validated' },
            ]);
          });
        case 'invalid':
          return failJob(store, claims, job.id, message.error);
        case 'failed':
          return failJob(store, claims, job.id, failure(message));
        default:
          return true;
      }
    },
  };
}

/** OpenAI keeps the checkpoints of the last three epochs. */
const KEPT_CHECKPOINTS = 3;

/** The name of what a job makes: `ft:<base>:<organisation>:<suffix>:<8 characters>`. */
const tunedModelName = (job: JobRow): string => `ft:${job.model}:luthier:${job.suffix ?? ''}:${job.tag}`;

/**
 * Starts or goes on with training. Goes on from the last checkpoint that still exists; what an earlier run already
 * reported is not reported again.
 */
export function trainWork(store: Store, claims: Claims, trainer: Trainer, { job, recovered }: Claim): Work | null {
  const size = job.examples ?? 1;
  const hyperparameters = resolveHyperparameters(job.hyperparameters, size);
  const folder = jobFolder(store, job.id);
  const checkpoint = trainer.resume(folder, publishedCheckpoints(store, job.id));
  const begun = claims.write(job.id, () => {
    const started_at = job.started_at ?? nowSeconds();
    // A trainer with settings of its own says itself what they are.
    const resolved = trainer.settings.length > 0 ? {} : { hyperparameters };
    store.jobs.update(job.id, { status: 'running', started_at, ...resolved });
    store.events.append(job.id, [{ message: 'Fine-tuning job started', once: 'started' }]);
    if (job.started_at === null) return;
    const from = checkpoint ? `going on from step ${checkpoint.step}` : 'starting again from the first step';
    const why = recovered ? 'Training was interrupted when its engine stopped' : 'Training is taken up again';
    store.events.append(job.id, [{ message: `${why}; ${from}` }]);
  });
  if (!begun) return null;
  const began = { at: Date.now(), step: checkpoint?.step ?? 0 };
  return {
    task: {
      kind: 'train',
      files: taskFiles(store, job),
      baseModel: job.model,
      method: job.method,
      hyperparameters,
      wanted: job.hyperparameters,
      size,
      day: new Date(job.created_at * 1000).toISOString().slice(0, 10),
      seed: job.seed,
      resumeFrom: checkpoint,
      model: tunedModelName(job),
      folders: { job: folder, models: store.folders.models, tmp: store.folders.tmp },
    },
    record(message) {
      switch (message.kind) {
        case 'steps':
          return recordSteps(store, claims, job.id, message, began);
        case 'epoch':
          return recordCheckpoint(store, claims, job, message);
        case 'trained':
          return complete(store, claims, job, message);
        case 'invalid':
          return failJob(store, claims, job.id, message.error);
        case 'evaluation':
          return claims.write(job.id, () => store.events.append(job.id, [stepEvent(message.metrics, 'evaluation')]));
        case 'settings':
          return claims.write(job.id, () => store.jobs.update(job.id, { hyperparameters: message.hyperparameters }));
        case 'notice': {
          const { level, message: text, once } = message;
          const mark = once === undefined ? {} : { once: `notice:${once}` };
          return claims.write(job.id, () => store.events.append(job.id, [{ message: text, level, ...mark }]));
        }
        case 'saved':
          return claims.write(job.id, () => store.jobs.update(job.id, { adoptions: 0 }));
        case 'failed':
          return failJob(store, claims, job.id, failure(message));
        case 'alive':
        case 'validated':
          return true;
      }
    },
  };
}

/** Those whose models are still there, latest first. */
const publishedCheckpoints = (store: Store, jobId: string): readonly Checkpoint[] =>
  store.checkpoints.all(jobId).flatMap(({ step, model }) => {
    const row = store.models.get(model);
    return row === null ? [] : [{ step, path: join(store.folders.models, row.blob) }];
  });

function recordSteps(
  store: Store,
  claims: Claims,
  jobId: string,
  { steps }: MessageOf<'steps'>,
  began: { readonly at: number; readonly step: number },
): boolean {
  return claims.write(jobId, () => {
    store.events.append(
      jobId,
      steps.map((step) => stepEvent(step)),
    );
    const last = steps.at(-1);
    if (!last?.totalSteps || last.step <= began.step) return;
    const msPerStep = (Date.now() - began.at) / (last.step - began.step);
    const left = msPerStep * (last.totalSteps - last.step);
    store.jobs.update(jobId, { estimated_finish: Math.ceil((Date.now() + left) / 1000) });
  });
}

function recordCheckpoint(store: Store, claims: Claims, job: JobRow, epoch: MessageOf<'epoch'>): boolean {
  const outdated: string[] = [];
  const recorded = claims.write(job.id, () => {
    const created_at = nowSeconds();
    store.models.put(modelRow(job, epoch.model, created_at));
    store.checkpoints.insert({
      id: checkpointId(),
      job_id: job.id,
      created_at,
      model: epoch.model,
      step: epoch.step,
      metrics: wireMetrics(epoch.metrics),
    });
    const message = `Checkpoint created at step ${epoch.step} with Snapshot ID: ${epoch.model}`;
    store.events.append(job.id, [{ message, once: `checkpoint:${epoch.step}` }]);
    store.jobs.update(job.id, { adoptions: 0 });
    for (const old of store.checkpoints.all(job.id).slice(KEPT_CHECKPOINTS)) {
      store.checkpoints.remove(old.id);
      const row = store.models.get(old.model);
      if (row !== null && store.models.remove(old.model)) outdated.push(row.blob);
    }
  });
  for (const blob of outdated) void removeBlob(join(store.folders.models, blob));
  return recorded;
}

function complete(store: Store, claims: Claims, job: JobRow, { trainedTokens }: MessageOf<'trained'>): boolean {
  const model = tunedModelName(job);
  const id = fileId();
  const blob = `${id}.csv`;
  const csv = resultCsv(store.events.metrics(job.id));
  const path = join(store.folders.files, blob);
  writeAtomic(path, join(store.folders.tmp, blob), csv);
  const recorded = claims.write(job.id, () => {
    const at = nowSeconds();
    store.models.put(modelRow(job, model, at));
    const bytes = Buffer.byteLength(csv);
    store.files.insert({
      id,
      filename: 'step_metrics.csv',
      purpose: 'fine-tune-results',
      bytes,
      created_at: at,
      expires_at: null,
      blob,
    });
    store.jobs.update(job.id, {
      status: 'succeeded',
      finished_at: at,
      fine_tuned_model: model,
      result_file: id,
      trained_tokens: trainedTokens,
      ...UNOWNED,
    });
    store.events.append(job.id, [
      { message: `New fine-tuned model created: ${model}`, once: 'model' },
      { message: 'The job has successfully completed', once: 'completed' },
    ]);
  });
  if (!recorded) void removeBlob(path);
  return recorded;
}

const modelRow = (job: JobRow, id: string, created_at: number): ModelRow => ({
  id,
  base: job.model,
  job_id: job.id,
  created_at,
  blob: modelBlobName(id),
  revision: null,
});
