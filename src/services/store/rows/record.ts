import type { SQLInputValue } from 'node:sqlite';
import * as z from 'zod';
import { isRecord, parseJson } from '../../../domain/common/json.ts';
import type { Row } from '../../../domain/dataset/types.ts';
import type { Cell } from '../../../domain/template/types.ts';
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

const recordSchema = z.object({
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

/** Columns a row is read from, in the table's names. */
export const ROW_COLUMNS = Object.keys(recordSchema.shape);

/** Columns a row is written to: those, and what is worked out of them for searching and sorting. */
export const WRITTEN_COLUMNS = [...ROW_COLUMNS, 'cell_key', 'length', 'search'];

const idOf = (record: unknown): string => (isRecord(record) ? String(record.id) : 'a record');

/** A row of the table as a Row. Throws StoreDamage when the table holds what was never written to it. */
export function rowOf(record: unknown): Row {
  const parsed = readRecord('rows', idOf(record), () => recordSchema.parse(record));
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

/** What rows are found by that are of one combination. */
export const cellKeyOf = (cell: Cell): string => Object.values(cell).join(SEPARATOR);

/** A row's values in the order of `WRITTEN_COLUMNS`. */
export function valuesOf(row: Row): SQLInputValue[] {
  const values = Object.values(row.cell);
  return [
    row.id,
    row.projectId,
    row.source,
    JSON.stringify(row.cell),
    row.prompt === null ? null : JSON.stringify(row.prompt),
    row.completion,
    row.whole ?? null,
    row.thoughts ?? null,
    row.status,
    row.rating,
    row.edited ? 1 : 0,
    row.split,
    row.model,
    row.finishReason,
    row.usage?.promptTokens ?? null,
    row.usage?.completionTokens ?? null,
    row.usage?.cachedTokens ?? null,
    row.costUsd,
    row.latencyMs ?? null,
    row.error,
    row.createdAt,
    row.updatedAt,
    cellKeyOf(row.cell),
    row.completion.length,
    [...values, ...(row.prompt ?? []).map((message) => message.content), row.completion].join(SEPARATOR).toLowerCase(),
  ];
}

/** Between values that are searched together; nobody types it, so no hit straddles two of them. */
const SEPARATOR = '\u001f';
