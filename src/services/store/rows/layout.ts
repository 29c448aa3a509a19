import type { SQLInputValue } from 'node:sqlite';
import * as z from 'zod';
import { isRecord } from '../../../domain/common/json.ts';
import type { Row } from '../../../domain/dataset/types.ts';
import type { Cell } from '../../../domain/template/types.ts';
import { StoreDamage } from '../../../domain/text/store-damage.ts';
import { readRecord } from '../database.ts';
import { codeOf, RATINGS, SOURCES, SPLITS, STATUSES, wordSchema } from './codes.ts';
import { cellKeyOf, lengthClass } from './derived.ts';
import { HASH_BYTES } from './packed-rows.ts';
import type { Packs, RowTexts } from './packs.ts';
import { recordSchema, rowFrom } from './record.ts';

/** Letters of an identity that is a hash: the lower-case hexadecimal digits of 32 bytes. */
const HASH = /^[0-9a-f]{64}$/;
/** Bytes of a hash that a row is looked up by; `headOf` has the same in SQL. */
export const HEAD_BYTES = 6;

export const isHash = (id: string): boolean => HASH.test(id);

/** An identity as it lies in a row: the bytes of a hash, or the text that any other is. */
export const lyingId = (id: string): Uint8Array | string => (isHash(id) ? Buffer.from(id, 'hex') : id);

/** What an identity is looked up by. */
export const headOfId = (id: Uint8Array | string): Uint8Array | string =>
  typeof id === 'string' ? id : id.subarray(0, HEAD_BYTES);

/** An identity that lies in a row, as the text it is. */
export const idSchema = z
  .union([
    z.instanceof(Uint8Array).refine(({ length }) => length === HASH_BYTES),
    z.string().refine((id) => !HASH.test(id)),
  ])
  .transform((id) => (typeof id === 'string' ? id : Buffer.from(id).toString('hex')));

/** A row as it lies in its table; its texts are null where they are in a pack. */
export const lyingSchema = recordSchema.omit({ project_id: true }).extend({
  seq: z.number(),
  project: z.number(),
  id: idSchema,
  source: wordSchema(SOURCES),
  status: wordSchema(STATUSES),
  rating: wordSchema(RATINGS),
  split: wordSchema(SPLITS).nullable(),
  completion: z.string().nullable(),
  length: z.number(),
});

/** Columns that a row is read from. */
export const READ_COLUMNS = Object.keys(lyingSchema.shape);

const nameOf = (record: unknown): string => {
  const id = isRecord(record) ? idSchema.safeParse(record.id).data : undefined;
  return id ?? 'a record';
};

/** A record of the table as a Row of a project. Throws StoreDamage when the table holds what was never written to it. */
export function rowAt(record: unknown, projectId: string, packs: Packs): Row {
  const parsed = readRecord(
    'rows',
    () => nameOf(record),
    () => lyingSchema.parse(record),
  );
  return rowFrom({ ...parsed, project_id: projectId, ...textsAt(parsed, packs) });
}

type Lying = Pick<z.infer<typeof lyingSchema>, 'seq' | 'length' | 'prompt' | 'completion' | 'whole' | 'thoughts'>;

/** Texts of another length than the row says are those of another row: of a pack that took the place of its own. */
function textsAt({ seq, length, prompt, completion, whole, thoughts }: Lying, packs: Packs) {
  if (completion !== null) return { prompt, completion, whole, thoughts };
  const { prompt: packed, ...texts } = packs.textsOf(seq);
  if (texts.completion.length === length) return { prompt: packed === null ? null : [...packed], ...texts };
  throw new StoreDamage(`luthier.db is damaged: the texts of number ${seq} of its table rows are those of another.`);
}

export const textsOf = ({ prompt, completion, whole = undefined, thoughts = undefined }: Row): RowTexts => ({
  prompt,
  completion,
  whole: whole ?? null,
  thoughts: thoughts ?? null,
});

/** The columns of a row's texts, which are null where they are in a pack. */
export const TEXT_COLUMNS = ['prompt', 'completion', 'whole', 'thoughts'] as const;

/** The values of `TEXT_COLUMNS`. */
export const textValuesOf = ({ prompt, completion, whole, thoughts }: Row): SQLInputValue[] => [
  prompt === null ? null : JSON.stringify(prompt),
  completion,
  whole ?? null,
  thoughts ?? null,
];

/** The columns of a row beside its place, its identity and its texts. */
export const STATE_COLUMNS = [
  ...['source', 'cell', 'status', 'rating', 'edited', 'split', 'model', 'finish_reason', 'prompt_tokens'],
  ...['completion_tokens', 'cached_tokens', 'cost_usd', 'latency_ms', 'error', 'created_at', 'updated_at'],
  ...['cell_key', 'length', 'length_class', 'has_cell', 'has_tokens'],
] as const;

/** The values of `STATE_COLUMNS`, of a completion of `length` UTF-16 code units. */
export function stateValuesOf(row: Row, length = row.completion.length): SQLInputValue[] {
  const { split, usage } = row;
  const found = findableBy(row.cell, length, usage?.completionTokens ?? null);
  return [
    codeOf(SOURCES, row.source),
    JSON.stringify(row.cell),
    codeOf(STATUSES, row.status),
    codeOf(RATINGS, row.rating),
    row.edited ? 1 : 0,
    split === null ? null : codeOf(SPLITS, split),
    row.model,
    row.finishReason,
    usage?.promptTokens ?? null,
    usage?.completionTokens ?? null,
    usage?.cachedTokens ?? null,
    row.costUsd,
    row.latencyMs ?? null,
    row.error,
    row.createdAt,
    row.updatedAt,
    found.cell_key,
    found.length,
    found.length_class,
    found.has_cell,
    found.has_tokens,
  ];
}

/** What a row is found by that follows from the rest of it. */
export function findableBy(cell: Cell, length: number, completionTokens: number | null) {
  const key = cellKeyOf(cell);
  return {
    cell_key: key,
    length,
    length_class: lengthClass(length),
    has_cell: key === '' ? 0 : 1,
    has_tokens: completionTokens === null ? 0 : 1,
  };
}
