import { join } from 'node:path';
import { modelBlobName, removeBlob, writeAtomic } from '../storage/blobs.ts';
import type { Claim, Claims } from '../storage/claims.ts';
import { checkpointId, fileId, nowSeconds } from '../storage/ids.ts';
import type { JobRow } from '../storage/job-row.ts';
import type { ModelRow } from '../storage/models.ts';
import type { Store } from '../storage/store.ts';
import { resolveHyperparameters } from './hyperparameters.ts';
import type { TrainerMessage } from './protocol.ts';
import { resultCsv, stepEvent, wireMetrics } from './steps.ts';
import { failJob, taskFiles, UNOWNED, type Work } from './work.ts';

/** OpenAI keeps the checkpoints of the last three epochs. */
const KEPT_CHECKPOINTS = 3;

type Heard<K extends TrainerMessage['kind']> = Extract<TrainerMessage, { kind: K }>;

/** The name of what a job makes: `ft:<base>:<organisation>:<suffix>:<8 characters>`. */
const tunedModelName = (job: JobRow): string => `ft:${job.model}:luthier:${job.suffix ?? ''}:${job.tag}`;

/**
 * Starts or goes on with training. Goes on from the last checkpoint that still exists; what an earlier run already
 * reported is not reported again.
 */
export function trainWork(store: Store, claims: Claims, { job, adopted }: Claim): Work | null {
  const hyperparameters = resolveHyperparameters(job.hyperparameters, job.examples ?? 1);
  const checkpoint = latestCheckpoint(store, job.id);
  const begun = claims.write(job.id, () => {
    const started_at = job.started_at ?? nowSeconds();
    store.jobs.update(job.id, { status: 'running', started_at, hyperparameters });
    store.events.append(job.id, [{ message: 'Fine-tuning job started', once: 'started' }]);
    if (job.started_at === null) return;
    const from = checkpoint ? `going on from step ${checkpoint.step}` : 'starting again from the first step';
    const why = adopted ? 'Training was interrupted when its engine stopped' : 'Training is taken up again';
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
      folders: { models: store.folders.models, tmp: store.folders.tmp },
    },
    hear(message) {
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
  { steps }: Heard<'steps'>,
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

function recordCheckpoint(store: Store, claims: Claims, job: JobRow, epoch: Heard<'epoch'>): boolean {
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
      if (store.models.remove(old.model)) outdated.push(modelBlobName(old.model));
    }
  });
  for (const blob of outdated) void removeBlob(join(store.folders.models, blob));
  return recorded;
}

function complete(store: Store, claims: Claims, job: JobRow, { trainedTokens }: Heard<'trained'>): boolean {
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
    store.files.insert({ id, filename: 'step_metrics.csv', purpose: 'fine-tune-results', bytes, created_at: at, blob });
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
});
