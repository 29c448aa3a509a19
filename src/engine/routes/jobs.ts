import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { EngineContext } from '../http/app.ts';
import { pageOf, parsePage } from '../http/page.ts';
import { parseRequest } from '../http/parse.ts';
import type { EventRow } from '../storage/events.ts';
import type { JobRow } from '../storage/jobs.ts';
import type { CheckpointRow } from '../storage/models.ts';
import type { Store } from '../storage/store.ts';
import { cancelJob, createJob, pauseJob, requireJob, resumeJob } from '../training/lifecycle.ts';
import { parseJobRequest } from './job-request.ts';
import { metadataFilter } from './metadata.ts';

/** A job as the API shows it. */
const jobView = (job: JobRow) => ({
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
  method: { type: job.method, [job.method]: { hyperparameters: job.hyperparameters } },
  trained_tokens: job.trained_tokens,
  error: job.error,
  user_provided_suffix: job.suffix,
  seed: job.seed,
  estimated_finish: job.estimated_finish,
  integrations: job.integrations ?? [],
  metadata: job.metadata,
});

const eventView = (event: EventRow) => {
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

const checkpointView = (checkpoint: CheckpointRow) => ({
  object: 'fine_tuning.job.checkpoint',
  id: checkpoint.id,
  created_at: checkpoint.created_at,
  fine_tuned_model_checkpoint: checkpoint.model,
  step_number: checkpoint.step,
  metrics: checkpoint.metrics,
  fine_tuning_job_id: checkpoint.job_id,
});

const BASE = '/v1/fine_tuning/jobs';
const MAX_PAGE = 1000;

const params = z.object({ id: z.string() });
const jobIdOf = (given: unknown): string => parseRequest(params, given).id;

export function jobRoutes(app: FastifyInstance, { store, catalog, scheduler }: EngineContext): void {
  app.post(BASE, async (request) => {
    const job = createJob(store, await parseJobRequest(request.body, catalog, store));
    scheduler.wake();
    return jobView(job);
  });

  app.get(BASE, (request) => {
    const page = parsePage(request.query, 20, MAX_PAGE);
    return pageOf(store.jobs.list(page, metadataFilter(request.query)), page.limit, jobView);
  });

  app.get(`${BASE}/:id`, (request) => jobView(requireJob(store, jobIdOf(request.params))));

  const changes: Readonly<Record<string, (store: Store, id: string) => JobRow>> = {
    cancel: cancelJob,
    pause: pauseJob,
    resume: resumeJob,
  };
  for (const [name, change] of Object.entries(changes)) {
    app.post(`${BASE}/:id/${name}`, (request) => {
      const job = change(store, jobIdOf(request.params));
      scheduler.wake();
      return jobView(job);
    });
  }

  app.get(`${BASE}/:id/events`, (request) => {
    const { id } = requireJob(store, jobIdOf(request.params));
    const page = parsePage(request.query, 20, MAX_PAGE);
    return pageOf(store.events.list(id, page), page.limit, eventView);
  });

  app.get(`${BASE}/:id/checkpoints`, (request) => {
    const { id } = requireJob(store, jobIdOf(request.params));
    const page = parsePage(request.query, 10, MAX_PAGE);
    return pageOf(store.checkpoints.list(id, page), page.limit, checkpointView);
  });
}
