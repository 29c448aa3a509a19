import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { mergedMetrics } from '../../domain/training/metrics.ts';
import { type MeasuredStep, type Trainer, TrainingFailed } from '../runners/types.ts';
import { modelBlobName, publishFolder } from '../storage/blobs.ts';
import { hyperparametersSchema } from '../storage/jobs.ts';
import { checkFiles, InvalidFileError, loadExamples, readRows } from './examples.ts';
import { checkpointName, type TrainerMessage, type TrainerTask, type TrainTask } from './protocol.ts';

/** Steps are sent together, at most this often, so that neither messages nor the database slow training down. */
const FLUSH_MS = 200;

/**
 * Does one task and says what came of it. Resolves when everything has been said; an aborted training says nothing more.
 */
export async function runTask(
  task: TrainerTask,
  trainers: readonly Trainer[],
  say: (message: TrainerMessage) => void,
  signal: AbortSignal,
): Promise<void> {
  const alive = signOfLife(say);
  try {
    if (task.kind === 'validate') {
      say({ kind: 'validated', examples: await checkFiles(task.files, task.method, alive) });
      return;
    }
    await train(task, trainers, say, alive, signal);
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof InvalidFileError) say({ kind: 'invalid', error: error.detail });
    else if (error instanceof TrainingFailed) say({ kind: 'failed', message: error.message, code: error.code });
    else say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

/** Says at most once in `FLUSH_MS` that the task goes on. */
function signOfLife(say: (message: TrainerMessage) => void): () => void {
  let saidAt = 0;
  return () => {
    if (Date.now() - saidAt < FLUSH_MS) return;
    saidAt = Date.now();
    say({ kind: 'alive' });
  };
}

async function train(
  task: TrainTask,
  trainers: readonly Trainer[],
  say: (message: TrainerMessage) => void,
  alive: () => void,
  signal: AbortSignal,
): Promise<void> {
  const trainer = trainers.find((candidate) => candidate.tunes(task.baseModel));
  if (trainer === undefined) throw new Error(`This engine can no longer tune ${task.baseModel}.`);
  const { folders, files, method } = task;
  mkdirSync(folders.job, { recursive: true, mode: 0o700 });
  const journal = createJournal(say, trainer.place);
  const publish = (name: string, path: string): void =>
    publishFolder(path, join(folders.models, modelBlobName(name)), folders.tmp);
  const result = await trainer.train(
    {
      baseModel: task.baseModel,
      method,
      wanted: task.wanted,
      size: task.size,
      day: task.day,
      examples: () => loadExamples(files, alive),
      rows(file) {
        const path = files[file];
        return path === null ? null : readRows(path, `${file}_file`, method, alive);
      },
      epochs: task.hyperparameters.n_epochs,
      batchSize: task.hyperparameters.batch_size,
      learningRateMultiplier: task.hyperparameters.learning_rate_multiplier,
      seed: task.seed,
      folder: folders.job,
      resumeFrom: task.resumeFrom,
    },
    (message) => {
      alive();
      if (message.kind === 'alive') return;
      if (message.kind === 'step') return journal.step(message.metrics);
      if (message.kind !== 'epoch') return say(message);
      journal.epoch(message.metrics);
      const model = checkpointName(task.model, message.step);
      publish(model, message.path);
      say({ kind: 'epoch', step: message.step, model, metrics: message.metrics });
    },
    signal,
  );
  journal.flush();
  publish(task.model, result.path);
  say({ kind: 'trained', trainedTokens: result.trainedTokens });
}

interface Journal {
  step(metrics: MeasuredStep): void;
  epoch(metrics: MeasuredStep): void;
  flush(): void;
}

/**
 * Steps of a thread are many and quick, and are gathered. The latest is held back, because the end of an epoch adds the
 * full validation to the step it falls on, and a step is reported once. Those of a process may be minutes apart: each is
 * told at once, and an evaluation after it by itself.
 */
function createJournal(say: (message: TrainerMessage) => void, place: Trainer['place']): Journal {
  if (place === 'process') {
    return { step: (metrics) => say({ kind: 'steps', steps: [metrics] }), epoch() {}, flush() {} };
  }
  let ready: MeasuredStep[] = [];
  let latest: MeasuredStep | null = null;
  let flushedAt = Date.now();
  const send = (): void => {
    if (ready.length > 0) say({ kind: 'steps', steps: ready });
    ready = [];
    flushedAt = Date.now();
  };
  const flush = (): void => {
    if (latest) ready.push(latest);
    latest = null;
    send();
  };
  return {
    flush,
    step(metrics) {
      if (latest) ready.push(latest);
      latest = metrics;
      if (Date.now() - flushedAt >= FLUSH_MS) send();
    },
    epoch(metrics) {
      latest = latest?.step === metrics.step ? mergedMetrics(latest, metrics) : metrics;
      flush();
    },
  };
}

const methodSchema = z.enum(['supervised', 'dpo']);

const filesSchema = z.object({ training: z.string(), validation: z.string().nullable() });

const trainerTaskSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('validate'), files: filesSchema, method: methodSchema }),
  z.object({
    kind: z.literal('train'),
    files: filesSchema,
    baseModel: z.string(),
    method: methodSchema,
    wanted: hyperparametersSchema,
    size: z.number(),
    day: z.string(),
    hyperparameters: z.object({ n_epochs: z.number(), batch_size: z.number(), learning_rate_multiplier: z.number() }),
    seed: z.number(),
    resumeFrom: z.object({ step: z.number(), path: z.string() }).nullable(),
    model: z.string(),
    folders: z.object({ job: z.string(), models: z.string(), tmp: z.string() }),
  }),
]);

/** The body of a trainer thread: does the task it was started with and ends; the first message to it means stop. */
export async function runTrainerThread(trainers: readonly Trainer[]): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('The trainer runs as a worker thread of the engine.');
  const stop = new AbortController();
  port.once('message', () => stop.abort(new Error('The training was stopped.')));
  await runTask(trainerTaskSchema.parse(workerData), trainers, (message) => port.postMessage(message), stop.signal);
  port.close();
}
