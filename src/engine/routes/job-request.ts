import { randomInt } from 'node:crypto';
import * as z from 'zod';
import type { TrainingMethod } from '../../domain/training/types.ts';
import { type ApiError, badRequest, fileNotFound, isPresent, modelNotFound, onlyWith } from '../http/error.ts';
import { decimal, integer, parseRequest, positiveDecimal } from '../http/parse.ts';
import type { Catalog, CatalogEntry } from '../runners/catalog.ts';
import type { BaseModel } from '../runners/types.ts';
import { hyperparametersSchema as storedHyperparameters } from '../storage/jobs.ts';
import type { Store } from '../storage/store.ts';
import type { JobRequest } from '../training/lifecycle.ts';
import { metadataSchema } from './metadata.ts';

const auto = z.literal('auto');

/** OpenAI's three, and what trainers of real weights take beside them. */
const hyperparametersShape = {
  n_epochs: z.union([auto, integer().min(1).max(50)]).nullish(),
  batch_size: z.union([auto, integer().min(1).max(256)]).nullish(),
  learning_rate_multiplier: z.union([auto, positiveDecimal()]).nullish(),
  learning_rate: z.union([auto, positiveDecimal().max(1)]).nullish(),
  lora_r: z.union([auto, integer().min(1).max(1024)]).nullish(),
  lora_alpha: z.union([auto, positiveDecimal()]).nullish(),
  lora_dropout: z.union([auto, decimal({ min: 0, max: 0.9 })]).nullish(),
  target_modules: z
    .union([auto, z.literal('all-linear'), z.array(z.string().min(1).max(100)).min(1).max(64)])
    .nullish(),
  full: z.union([auto, z.boolean()]).nullish(),
  max_length: z.union([auto, integer().min(8)]).nullish(),
  gradient_checkpointing: z.union([auto, z.boolean()]).nullish(),
  precision: z.enum(['auto', 'bf16', 'fp32', 'fp16']).nullish(),
  warmup_ratio: z.union([auto, decimal({ min: 0, max: 1 })]).nullish(),
};

const hyperparametersSchema = z.strictObject(hyperparametersShape);

/** Higher keeps nearer to the base model (OpenAI's bounds). */
const preferenceSchema = z.strictObject({
  ...hyperparametersShape,
  beta: z.union([auto, positiveDecimal().max(2)]).nullish(),
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

/** What would be set of reinforcement is read by nobody: that method is refused whatever it says. */
const methodSchema = z.strictObject({
  type: z.enum(['supervised', 'dpo', 'reinforcement']),
  supervised: z.strictObject({ hyperparameters: hyperparametersSchema.nullish() }).nullish(),
  dpo: z.strictObject({ hyperparameters: preferenceSchema.nullish() }).nullish(),
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

type JobBody = z.output<typeof bodySchema>;
type Wanted = z.output<typeof preferenceSchema>;

/** Reads a request for a job and refuses it where it cannot become one. A seed is drawn when none is given. */
export async function parseJobRequest(sent: unknown, catalog: Catalog, store: Store): Promise<JobRequest> {
  const request = parseRequest(bodySchema, sent);
  const method = wantedMethod(request);
  const { base, runner } = await findModel(request.model, catalog, store);
  if (!base.methods.includes(method)) throw notTrainedBy(method, base);
  checkFile(request.training_file, 'training_file', store);
  if (request.validation_file) checkFile(request.validation_file, 'validation_file', store);
  const { at, wanted } = wantedHyperparameters(request, method);
  checkSettings(wanted, at, runner.trainer.settings);
  return {
    model: request.model,
    training_file: request.training_file,
    validation_file: request.validation_file || null,
    suffix: request.suffix ?? null,
    seed: request.seed ?? randomInt(2 ** 31 - 1),
    method,
    hyperparameters: {
      ...present(wanted),
      n_epochs: wanted.n_epochs ?? 'auto',
      batch_size: wanted.batch_size ?? 'auto',
      learning_rate_multiplier: wanted.learning_rate_multiplier ?? 'auto',
    },
    metadata: request.metadata ?? null,
    integrations: request.integrations ?? null,
  };
}

/** What is null is absent. */
function present(
  wanted: Wanted,
): Omit<JobRequest['hyperparameters'], 'n_epochs' | 'batch_size' | 'learning_rate_multiplier'> {
  return storedHyperparameters
    .partial()
    .parse(Object.fromEntries(Object.entries(wanted).filter(([, value]) => isPresent(value))));
}

function wantedMethod({ method }: JobBody): TrainingMethod {
  if (!method) return 'supervised';
  const { type } = method;
  if (type === 'reinforcement')
    throw notTrained('This engine trains by the methods supervised and dpo, not by reinforcement.');
  for (const name of ['supervised', 'dpo', 'reinforcement'] as const) {
    if (name !== type && isPresent(method[name])) throw onlyWith(`method.${name}`, `'method.type' is '${name}'`);
  }
  return type;
}

const notTrained = (text: string): ApiError => badRequest(text, 'method.type', 'unsupported_method');

const notTrainedBy = (method: TrainingMethod, { id, methods }: BaseModel): ApiError =>
  notTrained(`The model ${id} is trained by the method ${methods.join(' or ')}, not by ${method}.`);

/** They have a place in `method` and an older one at the top: whoever fills both may mean either. */
function wantedHyperparameters(
  { method, hyperparameters: older }: JobBody,
  type: TrainingMethod,
): { readonly at: string; readonly wanted: Wanted } {
  const newer = method?.[type]?.hyperparameters;
  if (newer && older) throw onlyWith('hyperparameters', "'method' has none of its own");
  return older
    ? { at: 'hyperparameters', wanted: older }
    : { at: `method.${type}.hyperparameters`, wanted: newer ?? {} };
}

const OPENAI_SETTINGS: readonly string[] = ['n_epochs', 'batch_size', 'learning_rate_multiplier', 'beta'];

function checkSettings(wanted: Wanted, at: string, settings: readonly string[]): void {
  const unknown = Object.keys(wanted).find((name) => !OPENAI_SETTINGS.includes(name) && !settings.includes(name));
  if (unknown !== undefined) {
    const param = `${at}.${unknown}`;
    throw badRequest(`Unknown parameter: '${param}'.`, param, 'unknown_parameter');
  }
  const set = (name: keyof Wanted): boolean => isPresent(wanted[name]) && wanted[name] !== 'auto';
  if (set('learning_rate') && set('learning_rate_multiplier')) {
    throw onlyWith(`${at}.learning_rate`, "'learning_rate_multiplier' is 'auto'");
  }
  if (wanted.full !== true) return;
  const adapters = (['lora_r', 'lora_alpha', 'lora_dropout', 'target_modules'] as const).find(set);
  if (adapters !== undefined) throw onlyWith(`${at}.${adapters}`, "'full' is false");
}

async function findModel(id: string, catalog: Catalog, store: Store): Promise<CatalogEntry> {
  const entry = await catalog.find(id);
  if (entry !== null && isTunable(entry.base)) return entry;
  if (entry === null && store.models.get(id) === null) throw modelNotFound(id.slice(0, 80));
  if (entry !== null && entry.base.state !== 'ready') {
    throw badRequest(`Model ${id} is not whole on this machine (${entry.base.state}).`, 'model', 'model_not_ready');
  }
  const tunable = (await catalog.list()).filter(isTunable).map((model) => model.id);
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
