import { randomInt } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { EngineContext } from '../http/app.ts';
import { badRequest, fileNotFound, isPresent, modelNotFound, onlyWith } from '../http/error.ts';
import { pageOf, parsePage } from '../http/page.ts';
import { integer, parseRequest, positiveDecimal } from '../http/parse.ts';
import type { Catalog } from '../runners/catalog.ts';
import type { BaseModel } from '../runners/types.ts';
import type { EventRow } from '../storage/events.ts';
import type { JobRow } from '../storage/jobs.ts';
import type { CheckpointRow } from '../storage/models.ts';
import type { Store } from '../storage/store.ts';
import { cancelJob, createJob, type JobRequest, pauseJob, requireJob, resumeJob } from '../training/lifecycle.ts';
import { metadataFilter, metadataSchema } from './metadata.ts';

const auto = z.literal('auto');

const hyperparametersSchema = z.strictObject({
  n_epochs: z.union([auto, integer().min(1).max(50)]).nullish(),
  batch_size: z.union([auto, integer().min(1).max(256)]).nullish(),
  learning_rate_multiplier: z.union([auto, positiveDecimal()]).nullish(),
});

const MAX_INTEGRATIONS = 5;

/** What is reported to W&B is the client's own work; the engine keeps what was asked for and returns it. */
const integrationSchema = z.strictObject({
  type: z.literal('wandb'),
  wandb: z.strictObject({
    project: z.string().min(1),
    name: z.string().nullish(),
    entity: z.string().nullish(),
    tags: z.array(z.string().max(50)).optional(),
  }),
});

/** The settings of another method are read by nobody: that method is refused whatever they say. */
const methodSchema = z.strictObject({
  type: z.enum(['supervised', 'dpo', 'reinforcement']),
  supervised: z.strictObject({ hyperparameters: hyperparametersSchema.nullish() }).nullish(),
  dpo: z.unknown().optional(),
  reinforcement: z.unknown().optional(),
});

const bodySchema = z.strictObject({
  model: z.string(),
  training_file: z.string(),
  validation_file: z.string().nullish(),
  suffix: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[\p{L}\p{N}._-]+$/u, 'use letters, digits, dots, dashes and underscores.')
    .nullish(),
  seed: integer().min(0).max(2_147_483_647).nullish(),
  metadata: metadataSchema.nullish(),
  integrations: z.array(integrationSchema).max(MAX_INTEGRATIONS).nullish(),
  hyperparameters: hyperparametersSchema.nullish(),
  method: methodSchema.nullish(),
});

/** Reads a request for a job and refuses it where it cannot become one. A seed is drawn when none is given. */
async function parseJobRequest(sent: unknown, catalog: Catalog, store: Store): Promise<JobRequest> {
  const request = parseRequest(bodySchema, sent);
  checkMethod(request.method);
  await checkModel(request.model, catalog, store);
  checkFile(request.training_file, 'training_file', store);
  if (request.validation_file) checkFile(request.validation_file, 'validation_file', store);
  const wanted = wantedHyperparameters(request);
  return {
    model: request.model,
    training_file: request.training_file,
    validation_file: request.validation_file || null,
    suffix: request.suffix ?? null,
    seed: request.seed ?? randomInt(2 ** 31 - 1),
    hyperparameters: {
      n_epochs: wanted?.n_epochs ?? 'auto',
      batch_size: wanted?.batch_size ?? 'auto',
      learning_rate_multiplier: wanted?.learning_rate_multiplier ?? 'auto',
    },
    metadata: request.metadata ?? null,
    integrations: request.integrations ?? null,
  };
}

function checkMethod(method: z.output<typeof methodSchema> | null | undefined): void {
  if (!method) return;
  if (method.type !== 'supervised') {
    const text = `This engine trains by the supervised method only, not by ${method.type}.`;
    throw badRequest(text, 'method.type', 'unsupported_method');
  }
  for (const name of ['dpo', 'reinforcement'] as const) {
    if (isPresent(method[name])) throw onlyWith(`method.${name}`, `'method.type' is '${name}'`);
  }
}

/** They have a place in `method` and an older one at the top: whoever fills both may mean either. */
function wantedHyperparameters({ method, hyperparameters: older }: z.output<typeof bodySchema>) {
  const newer = method?.supervised?.hyperparameters;
  if (newer && older) throw onlyWith('hyperparameters', "'method' has none of its own");
  return newer ?? older;
}

async function checkModel(id: string, catalog: Catalog, store: Store): Promise<void> {
  const models = await catalog.list();
  const base = models.find((model) => model.id === id);
  if (base !== undefined && isTunable(base)) return;
  if (base === undefined && store.models.get(id) === null) throw modelNotFound(id.slice(0, 80));
  const tunable = models.filter(isTunable).map((model) => model.id);
  throw badRequest(
    `Model ${id} is not available for fine-tuning. Models that are: ${tunable.join(', ')}.`,
    'model',
    'model_not_available',
  );
}

const isTunable = ({ methods }: BaseModel): boolean => methods.length > 0;

function checkFile(id: string, param: 'training_file' | 'validation_file', store: Store): void {
  const file = store.files.get(id);
  if (file === null) throw fileNotFound(id.slice(0, 80), param);
  if (file.purpose === 'fine-tune') return;
  const message = `File ${id} has the purpose '${file.purpose}'; upload it with the purpose 'fine-tune'.`;
  throw badRequest(message, param, 'invalid_file_purpose');
}

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
  method: { type: 'supervised', supervised: { hyperparameters: job.hyperparameters } },
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
