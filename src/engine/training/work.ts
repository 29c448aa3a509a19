import { join } from 'node:path';
import type { StepMetrics } from '../../domain/training/types.ts';
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
function stepEvent(metrics: StepMetrics): NewEvent {
  const { step, totalSteps, trainLoss, validLoss, fullValidLoss } = metrics;
  const parts = [
    loss('training loss', trainLoss),
    loss('validation loss', validLoss),
    loss('full validation loss', fullValidLoss),
  ].filter((part) => part !== null);
  const message = `Step ${step}/${totalSteps ?? '?'}: ${parts.join(', ')}`;
  return { message, type: 'metrics', once: `step:${step}`, data: { ...wireMetrics(metrics), total_steps: totalSteps } };
}

/** Metrics under the API's names; what was not measured is left out. */
function wireMetrics(metrics: StepMetrics): Record<string, number> {
  const named = {
    step: metrics.step,
    train_loss: metrics.trainLoss,
    train_mean_token_accuracy: metrics.trainTokenAccuracy,
    valid_loss: metrics.validLoss,
    valid_mean_token_accuracy: metrics.validTokenAccuracy,
    full_valid_loss: metrics.fullValidLoss,
    full_valid_mean_token_accuracy: metrics.fullValidTokenAccuracy,
  };
  const measured: Record<string, number> = {};
  for (const [name, value] of Object.entries(named)) if (value !== null) measured[name] = value;
  return measured;
}

/** The result file: one line a step, empty where nothing was measured. */
function resultCsv(steps: readonly Readonly<Record<string, unknown>>[]): string {
  const fields = ['step', 'train_loss', 'train_mean_token_accuracy', 'valid_loss', 'valid_mean_token_accuracy'];
  const lines = steps.map((step) => fields.map((field) => String(step[field] ?? '')).join(','));
  return `step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n${lines.map((line) => `${line}\n`).join('')}`;
}

const loss = (name: string, value: number | null): string | null =>
  value === null ? null : `${name}=${value.toFixed(2)}`;

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
    task: { kind: 'validate', files: taskFiles(store, job) },
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
          return failJob(store, claims, job.id, { code: 'server_error', message: message.message, param: null });
        case 'alive':
        case 'steps':
        case 'epoch':
        case 'trained':
          return true;
      }
    },
  };
}

/** OpenAI keeps the checkpoints of the last three epochs. */
const KEPT_CHECKPOINTS = 3;

type MessageOf<K extends TrainerMessage['kind']> = Extract<TrainerMessage, { kind: K }>;

/** The name of what a job makes: `ft:<base>:<organisation>:<suffix>:<8 characters>`. */
const tunedModelName = (job: JobRow): string => `ft:${job.model}:luthier:${job.suffix ?? ''}:${job.tag}`;

/**
 * Starts or goes on with training. Goes on from the last checkpoint that still exists; what an earlier run already
 * reported is not reported again.
 */
export function trainWork(store: Store, claims: Claims, { job, recovered }: Claim): Work | null {
  const hyperparameters = resolveHyperparameters(job.hyperparameters, job.examples ?? 1);
  const checkpoint = latestCheckpoint(store, job.id);
  const begun = claims.write(job.id, () => {
    const started_at = job.started_at ?? nowSeconds();
    store.jobs.update(job.id, { status: 'running', started_at, hyperparameters });
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
      hyperparameters,
      seed: job.seed,
      resumeFrom: checkpoint ? join(store.folders.models, checkpoint.blob) : null,
      model: tunedModelName(job),
      folders: { job: jobFolder(store, job.id), models: store.folders.models, tmp: store.folders.tmp },
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
        case 'failed':
          return failJob(store, claims, job.id, { code: 'server_error', message: message.message, param: null });
        case 'alive':
        case 'validated':
          return true;
      }
    },
  };
}

function latestCheckpoint(store: Store, jobId: string): { step: number; blob: string } | null {
  for (const { step, model } of store.checkpoints.all(jobId)) {
    const row = store.models.get(model);
    if (row) return { step, blob: row.blob };
  }
  return null;
}

function recordSteps(
  store: Store,
  claims: Claims,
  jobId: string,
  { steps }: MessageOf<'steps'>,
  began: { readonly at: number; readonly step: number },
): boolean {
  return claims.write(jobId, () => {
    store.events.append(jobId, steps.map(stepEvent));
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
