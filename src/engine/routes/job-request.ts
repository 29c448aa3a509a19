import { randomInt } from 'node:crypto';
import * as z from 'zod';
import { badRequest, fileNotFound, modelNotFound } from '../http/error.ts';
import { parseRequest } from '../http/parse.ts';
import type { BaseModel } from '../inference/types.ts';
import type { Store } from '../storage/store.ts';
import type { JobRequest } from '../training/lifecycle.ts';

const auto = z.literal('auto');

const hyperparameters = z.object({
  n_epochs: z.union([auto, z.int().min(1).max(50)]).nullish(),
  batch_size: z.union([auto, z.int().min(1).max(256)]).nullish(),
  learning_rate_multiplier: z.union([auto, z.number().gt(0)]).nullish(),
});

const body = z.object({
  model: z.string(),
  training_file: z.string(),
  validation_file: z.string().nullish(),
  suffix: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[\p{L}\p{N}._-]+$/u, 'use letters, digits, dots, dashes and underscores.')
    .nullish(),
  seed: z.int().min(0).max(2_147_483_647).nullish(),
  metadata: z
    .record(z.string().max(64), z.string().max(512))
    .refine((pairs) => Object.keys(pairs).length <= 16, 'at most 16 pairs.')
    .nullish(),
  integrations: z
    .array(z.looseObject({ type: z.literal('wandb'), wandb: z.looseObject({ project: z.string() }) }))
    .nullish(),
  hyperparameters: hyperparameters.nullish(),
  method: z
    .object({
      type: z.enum(['supervised', 'dpo', 'reinforcement']),
      supervised: z.object({ hyperparameters: hyperparameters.nullish() }).nullish(),
    })
    .nullish(),
});

/** Reads a request for a job and refuses it where it cannot become one. A seed is drawn when none is given. */
export function parseJobRequest(sent: unknown, models: readonly BaseModel[], store: Store): JobRequest {
  const request = parseRequest(body, sent);
  if (request.method && request.method.type !== 'supervised') {
    throw badRequest(
      `This engine trains by the supervised method only, not by ${request.method.type}.`,
      'method.type',
      'unsupported_method',
    );
  }
  checkModel(request.model, models, store);
  checkFile(request.training_file, 'training_file', store);
  if (request.validation_file) checkFile(request.validation_file, 'validation_file', store);
  const asked = request.method?.supervised?.hyperparameters ?? request.hyperparameters;
  return {
    model: request.model,
    training_file: request.training_file,
    validation_file: request.validation_file || null,
    suffix: request.suffix ?? null,
    seed: request.seed ?? randomInt(2 ** 31 - 1),
    hyperparameters: {
      n_epochs: asked?.n_epochs ?? 'auto',
      batch_size: asked?.batch_size ?? 'auto',
      learning_rate_multiplier: asked?.learning_rate_multiplier ?? 'auto',
    },
    metadata: request.metadata ?? null,
    integrations: request.integrations ?? null,
  };
}

function checkModel(id: string, models: readonly BaseModel[], store: Store): void {
  const base = models.find((model) => model.id === id);
  if (base?.tunable) return;
  if (base === undefined && store.models.get(id) === null) throw modelNotFound(id.slice(0, 80));
  const tunable = models.filter((model) => model.tunable).map((model) => model.id);
  throw badRequest(
    `Model ${id} is not available for fine-tuning. Models that are: ${tunable.join(', ')}.`,
    'model',
    'model_not_available',
  );
}

function checkFile(id: string, param: 'training_file' | 'validation_file', store: Store): void {
  const file = store.files.get(id);
  if (file === null) throw fileNotFound(id.slice(0, 80), param);
  if (file.purpose === 'fine-tune') return;
  const message = `File ${id} has the purpose '${file.purpose}'; upload it with the purpose 'fine-tune'.`;
  throw badRequest(message, param, 'invalid_file_purpose');
}
