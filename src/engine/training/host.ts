import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import type { Runner } from '../runners/types.ts';
import { serveTask } from './serve.ts';

const files = z.object({ training: z.string(), validation: z.string().nullable() });

const trainerTask = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('validate'), files }),
  z.object({
    kind: z.literal('train'),
    files,
    baseModel: z.string(),
    hyperparameters: z.object({ n_epochs: z.number(), batch_size: z.number(), learning_rate_multiplier: z.number() }),
    seed: z.number(),
    resumeFrom: z.string().nullable(),
    model: z.string(),
    folders: z.object({ models: z.string(), tmp: z.string() }),
  }),
]);

/** The body of a trainer thread: does the task it was started with and ends; the first message to it means stop. */
export async function runTrainerThread(runners: readonly Runner[]): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('The trainer runs as a worker thread of the engine.');
  const stop = new AbortController();
  port.once('message', () => stop.abort(new Error('The training was stopped.')));
  await serveTask(trainerTask.parse(workerData), runners, port, stop.signal);
  port.close();
}
