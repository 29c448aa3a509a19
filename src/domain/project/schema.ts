import * as z from 'zod';
import { templateSchema } from '../template/schema.ts';
import type { Project } from './types.ts';

const wholeNumber = z.number().int();
const count = wholeNumber.nonnegative();
const hyperparameter = z.union([z.number(), z.literal('auto')]);

const samplingSchema = z.object({
  temperature: z.exactOptional(z.number()),
  topP: z.exactOptional(z.number()),
  maxTokens: z.exactOptional(wholeNumber),
  stop: z.exactOptional(z.array(z.string())),
  seed: z.exactOptional(wholeNumber),
});

const cellSelectionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('first'), count }),
  z.object({ kind: z.literal('random'), count, seed: wholeNumber }),
  z.object({ kind: z.literal('pairwise'), seed: wholeNumber }),
]);

/**
 * A project as it is kept on disk. Shapes only: what a value must be for a run to start is for the form that
 * starts it to say, so a half-typed number never makes a whole project unreadable.
 */
export const projectSchema: z.ZodType<Project> = z.object({
  id: z.string().min(1),
  name: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
  providerId: z.string(),
  template: templateSchema,
  plan: z.object({
    model: z.string(),
    temperature: z.number(),
    maxTokens: wholeNumber,
    cells: cellSelectionSchema,
    concurrency: z.union([wholeNumber, z.literal('auto')]),
    capUsd: z.number().nullable(),
  }),
  training: z.object({
    model: z.string(),
    // Absent in projects of before there was a choice.
    method: z.enum(['supervised', 'dpo']).default('supervised'),
    beta: hyperparameter.default('auto'),
    hyperparameters: z.object({
      nEpochs: hyperparameter,
      batchSize: hyperparameter,
      learningRateMultiplier: hyperparameter,
    }),
    suffix: z.string(),
    seed: wholeNumber.nullable(),
    validationShare: z.number(),
    splitSeed: wholeNumber,
    rows: z.enum(['accepted', 'not-rejected']),
    wandb: z.boolean().optional(),
  }),
  chat: z.object({ models: z.array(z.string()), system: z.string(), sampling: samplingSchema }),
  screen: z.enum(['home', 'template', 'generate', 'dataset', 'train', 'chat', 'evaluate', 'settings']),
});
