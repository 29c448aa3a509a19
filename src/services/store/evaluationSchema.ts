import * as z from 'zod';
import type { Evaluation, EvaluationItem, GraderSpec, Vote } from '../../domain/evaluation/types.ts';

const modelRef = z.object({ providerId: z.string(), model: z.string() });

const sampling = z.object({
  temperature: z.exactOptional(z.number()),
  topP: z.exactOptional(z.number()),
  maxTokens: z.exactOptional(z.number()),
  stop: z.exactOptional(z.array(z.string())),
  seed: z.exactOptional(z.number()),
});

const graderSchema: z.ZodType<GraderSpec> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('exact') }),
  z.object({ kind: z.literal('exact-ci') }),
  z.object({ kind: z.literal('contains') }),
  z.object({ kind: z.literal('regex'), pattern: z.string(), flags: z.string() }),
  z.object({ kind: z.literal('json-schema'), schema: z.unknown() }),
  z.object({ kind: z.literal('number'), tolerance: z.number(), relative: z.boolean() }),
  z.object({ kind: z.literal('labels'), labels: z.array(z.string()) }),
  z.object({ kind: z.literal('similarity'), threshold: z.number() }),
  z.object({ kind: z.literal('judge'), providerId: z.string(), model: z.string(), rubric: z.string() }),
]);

export const evaluationSchema: z.ZodType<Evaluation> = z.object({
  id: z.string(),
  projectId: z.string(),
  name: z.string(),
  createdAt: z.number(),
  plan: z.object({
    source: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('rows'), side: z.enum(['train', 'validation', 'all']) }),
      z.object({ kind: z.literal('file'), path: z.string() }),
    ]),
    models: z.array(modelRef),
    graders: z.array(graderSchema),
    sampling,
    concurrency: z.union([z.number(), z.literal('auto')]),
    capUsd: z.number().nullable(),
  }),
  items: z.number(),
});

export const itemSchema: z.ZodType<EvaluationItem> = z.object({
  id: z.string(),
  rowId: z.string().nullable(),
  line: z.number(),
  prompt: z.array(z.object({ role: z.enum(['system', 'user', 'assistant', 'tool']), content: z.string() })),
  target: z.string(),
  slices: z.record(z.string(), z.string()),
});

export const voteSchema: z.ZodType<Vote> = z.object({
  itemId: z.string(),
  first: modelRef,
  second: modelRef,
  choice: z.enum(['first', 'second', 'tie']),
  at: z.number(),
});
