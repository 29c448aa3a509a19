import * as z from 'zod';
import { isRecord, parseJson } from '../../../domain/common/json.ts';
import type { Row } from '../../../domain/dataset/types.ts';
import { readRecord } from '../database.ts';

const jsonText = <T>(schema: z.ZodType<T>) =>
  z.string().transform((text, context): T => {
    const parsed = schema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: 'is not the JSON it should be' });
    return z.NEVER;
  });

/** Not zod's record, which leaves out a column called `__proto__`: a table may have any column. */
const cell = jsonText(
  z.custom<Readonly<Record<string, string>>>(
    (value) => isRecord(value) && Object.values(value).every((part) => typeof part === 'string'),
  ),
);
const messages = jsonText(
  z.array(z.object({ role: z.enum(['system', 'user', 'assistant', 'tool']), content: z.string() })),
);

/** A row in words, as it is kept where it has no room in the database, and as it lay there before its words were numbers. */
export const recordSchema = z.object({
  id: z.string(),
  project_id: z.string(),
  source: z.enum(['generated', 'chat', 'imported']),
  cell,
  prompt: messages.nullable(),
  completion: z.string(),
  whole: z.string().nullable(),
  thoughts: z.string().nullable(),
  status: z.enum(['done', 'truncated', 'refused', 'empty', 'failed']),
  rating: z.enum(['accepted', 'rejected', 'unrated']),
  edited: z.number(),
  split: z.enum(['train', 'validation']).nullable(),
  model: z.string(),
  finish_reason: z.string().nullable(),
  prompt_tokens: z.number().nullable(),
  completion_tokens: z.number().nullable(),
  cached_tokens: z.number().nullable(),
  cost_usd: z.number().nullable(),
  latency_ms: z.number().nullable().default(null),
  error: z.string().nullable(),
  created_at: z.number(),
  updated_at: z.number(),
});

const idOf = (record: unknown): string => (isRecord(record) ? String(record.id) : 'a record');

/** A record in words as a Row. Throws StoreDamage when it is none. */
export const rowOf = (record: unknown): Row =>
  rowFrom(
    readRecord(
      'rows',
      () => idOf(record),
      () => recordSchema.parse(record),
    ),
  );

/** What was read of a record as a Row. */
export function rowFrom(parsed: z.infer<typeof recordSchema>): Row {
  const { prompt_tokens: promptTokens, completion_tokens: completionTokens } = parsed;
  return {
    id: parsed.id,
    projectId: parsed.project_id,
    source: parsed.source,
    cell: parsed.cell,
    prompt: parsed.prompt,
    completion: parsed.completion,
    ...(parsed.whole === null ? {} : { whole: parsed.whole }),
    ...(parsed.thoughts === null ? {} : { thoughts: parsed.thoughts }),
    status: parsed.status,
    rating: parsed.rating,
    edited: parsed.edited === 1,
    split: parsed.split,
    model: parsed.model,
    finishReason: parsed.finish_reason,
    usage:
      promptTokens === null || completionTokens === null
        ? null
        : { promptTokens, completionTokens, cachedTokens: parsed.cached_tokens ?? 0 },
    costUsd: parsed.cost_usd,
    ...(parsed.latency_ms === null ? {} : { latencyMs: parsed.latency_ms }),
    error: parsed.error,
    createdAt: parsed.created_at,
    updatedAt: parsed.updated_at,
  };
}

/** A row as a record in words. */
export function recordOf(row: Row): z.input<typeof recordSchema> {
  return {
    id: row.id,
    project_id: row.projectId,
    source: row.source,
    cell: JSON.stringify(row.cell),
    prompt: row.prompt === null ? null : JSON.stringify(row.prompt),
    completion: row.completion,
    whole: row.whole ?? null,
    thoughts: row.thoughts ?? null,
    status: row.status,
    rating: row.rating,
    edited: row.edited ? 1 : 0,
    split: row.split,
    model: row.model,
    finish_reason: row.finishReason,
    prompt_tokens: row.usage?.promptTokens ?? null,
    completion_tokens: row.usage?.completionTokens ?? null,
    cached_tokens: row.usage?.cachedTokens ?? null,
    cost_usd: row.costUsd,
    latency_ms: row.latencyMs ?? null,
    error: row.error,
    created_at: row.createdAt,
    updated_at: row.updatedAt,
  };
}
