import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { EngineContext } from '../http/app.ts';
import { badRequest } from '../http/error.ts';
import { integer, parseRequest } from '../http/parse.ts';
import { disconnectSignal, slowJson } from '../http/stream.ts';
import type { EstimateWish, TrainingEstimate } from '../runners/estimate.ts';
import type { Runner } from '../runners/types.ts';
import { removeBlob } from '../storage/blobs.ts';
import type { Store } from '../storage/store.ts';
import { checkFiles, InvalidFileError, readRows } from '../training/examples.ts';
import type { JobRequest } from '../training/lifecycle.ts';
import { parseJobRequest } from './job-request.ts';

const MAX_ROWS = 100;
const MAX_STEPS = 10;

/** What is asked beside the job itself, whose fields are those of a job that is created. */
const wishSchema = z.object({
  rows: integer().min(1).max(MAX_ROWS).default(5),
  steps: integer().min(0).max(MAX_STEPS).default(3),
});

/** The engine's own: what a job would take and learn, before there is one. Creates nothing. */
export function estimateRoutes(app: FastifyInstance, { store, catalog }: EngineContext): void {
  app.post('/v1/luthier/estimate', async (request, reply) => {
    const { rows, steps, ...sent } = z.looseObject({}).parse(request.body ?? {});
    const wish = parseRequest(wishSchema, {
      ...(rows !== undefined && { rows }),
      ...(steps !== undefined && { steps }),
    });
    const job = await parseJobRequest(sent, catalog, store);
    const estimate = (await catalog.find(job.model))?.runner.estimate ?? null;
    if (estimate === null) {
      throw badRequest(`Nothing is known before a job of ${job.model}: create it.`, 'model', 'no_estimate');
    }
    const signal = disconnectSignal(reply);
    return slowJson(reply, look(store, job, estimate, wish, signal));
  });
}

async function look(
  store: Store,
  job: JobRequest,
  estimate: NonNullable<Runner['estimate']>,
  wish: EstimateWish,
  signal: AbortSignal,
): Promise<object> {
  const folder = mkdtempSync(join(store.folders.tmp, 'estimate-'));
  const path = (id: string | null): string | null =>
    id === null ? null : join(store.folders.files, store.files.get(id)?.blob ?? 'deleted');
  const files = { training: path(job.training_file) ?? 'deleted', validation: path(job.validation_file) };
  const { model: baseModel, method, seed, hyperparameters: wanted } = job;
  const alive = (): void => signal.throwIfAborted();
  try {
    const draft = {
      baseModel,
      method,
      wanted,
      seed,
      folder,
      size: await checkFiles(files, method, alive),
      day: new Date().toISOString().slice(0, 10),
      rows(file: 'training' | 'validation') {
        const at = files[file];
        return at === null ? null : readRows(at, `${file}_file`, method, alive);
      },
    };
    return view(baseModel, await estimate(draft, wish, signal));
  } catch (error) {
    if (!(error instanceof InvalidFileError)) throw error;
    const { message, param, code } = error.detail;
    throw badRequest(message, param, code);
  } finally {
    await removeBlob(folder);
  }
}

const view = (model: string, said: TrainingEstimate) => ({ object: 'luthier.estimate', model, ...said });
