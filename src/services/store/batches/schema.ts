import * as z from 'zod';
import type { BatchRecord } from '../../../domain/batches/record.ts';

const remoteSchema = z.object({
  id: z.string(),
  status: z.enum([
    'validating',
    'running',
    'finishing',
    'cancelling',
    'completed',
    'failed',
    'expired',
    'cancelled',
    'unknown',
  ]),
  word: z.string(),
  counts: z.object({ total: z.number(), completed: z.number(), failed: z.number() }).nullable(),
  createdAt: z.number().nullable(),
  deadlineAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  problem: z.object({ message: z.string(), code: z.string().nullable() }).nullable(),
  resultFiles: z.array(z.string()),
});

const askedSchema = z.object({
  model: z.string(),
  temperature: z.number().exactOptional(),
  topP: z.number().exactOptional(),
  maxTokens: z.number().exactOptional(),
  stop: z.array(z.string()).exactOptional(),
  seed: z.number().exactOptional(),
});

/** A batch as it is kept. */
export const batchSchema: z.ZodType<BatchRecord> = z.object({
  key: z.string(),
  projectId: z.string(),
  rowsOf: z.string(),
  kind: z.enum(['generate', 'evaluate', 'judge', 'chat', 'test', 'job', 'deployment']),
  providerId: z.string(),
  address: z.string(),
  host: z.string(),
  asked: askedSchema,
  keepThoughts: z.boolean(),
  existing: z.enum(['keep', 'add', 'replace']).exactOptional(),
  requests: z.number(),
  bytes: z.number(),
  state: z.enum(['gathering', 'ready', 'uploaded', 'sent', 'ended', 'given-up']),
  fileId: z.string().nullable(),
  remote: remoteSchema.nullable(),
  outcome: z.object({
    answered: z.number(),
    failed: z.number(),
    unasked: z.number(),
    usd: z.number().nullable(),
  }),
  problem: z.string().nullable(),
  createdAt: z.number(),
  endedAt: z.number().nullable(),
});
