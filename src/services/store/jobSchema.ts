import * as z from 'zod';
import type { Checkpoint, JobEvent, JobRecord } from '../../domain/training/types.ts';

const number = z.number().nullable();
const text = z.string().nullable();
const hyperparameter = z.union([z.number(), z.literal('auto')]);
const hyperparametersSchema = z.object({
  nEpochs: hyperparameter,
  batchSize: hyperparameter,
  learningRateMultiplier: hyperparameter,
});

const metricsSchema = z.object({
  step: z.number(),
  totalSteps: number,
  trainLoss: number,
  trainTokenAccuracy: number,
  validLoss: number,
  validTokenAccuracy: number,
  fullValidLoss: number,
  fullValidTokenAccuracy: number,
});

export const jobRecordSchema: z.ZodType<JobRecord> = z.object({
  projectId: z.string(),
  providerId: z.string(),
  job: z.object({
    id: z.string(),
    model: z.string(),
    status: z.enum(['validating_files', 'queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled']),
    fineTunedModel: text,
    trainingFile: z.string(),
    validationFile: text,
    resultFiles: z.array(z.string()),
    hyperparameters: hyperparametersSchema,
    trainedTokens: number,
    suffix: text,
    seed: number,
    error: z.object({ code: z.string(), message: z.string(), param: text }).nullable(),
    createdAt: z.number(),
    finishedAt: number,
    estimatedFinish: number,
    rest: z.record(z.string(), z.json()).optional(),
  }),
  trainRows: z.number(),
  validationRows: z.number(),
  quoteUsd: number,
  data: z.object({ training: z.string(), validation: text }).optional(),
  asked: hyperparametersSchema.optional(),
  method: z.enum(['supervised', 'dpo']).optional(),
});

export const jobEventSchema: z.ZodType<JobEvent> = z.object({
  id: z.string(),
  createdAt: z.number(),
  level: z.string(),
  type: z.string(),
  message: z.string(),
  metrics: metricsSchema.nullable(),
});

export const checkpointSchema: z.ZodType<Checkpoint> = z.object({
  id: z.string(),
  jobId: z.string(),
  model: z.string(),
  step: z.number(),
  createdAt: z.number(),
  metrics: metricsSchema,
});
