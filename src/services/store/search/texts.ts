import * as z from 'zod';
import { isRecord, parseJson } from '../../../domain/common/json.ts';
import type { Database } from '../database.ts';
import { searchTextOf } from '../rows/derived.ts';
import { conditionOf } from '../rows/filter.ts';
import { type RowTexts, textsIn } from '../rows/packs.ts';

const recordSchema = z.object({
  seq: z.number(),
  cell: z.string(),
  prompt: z.string().nullable(),
  completion: z.string().nullable(),
});
const packSchema = z.object({ first: z.number(), texts: z.instanceof(Uint8Array) });
const promptSchema = z.array(z.object({ content: z.string() }));

/** Packs that hold the texts of rows from one number to another, or begin at one of them. */
export const PACKS = `SELECT first, stamp, texts FROM packs
  WHERE first BETWEEN ifnull((SELECT max(first) FROM packs WHERE first <= ?1), ?1) AND ?2 ORDER BY first`;

export interface SearchText {
  readonly seq: number;
  readonly text: string;
}

/** What a search looks at of the rows from one number to another, of a project or of all, in their order. */
export function searchTexts(
  rows: Database,
  { from, to, projectId }: { from: number; to: number; projectId: string | null },
): readonly SearchText[] {
  const where = projectId === null ? { sql: '1', values: [] } : conditionOf(projectId, {});
  const sql = `SELECT seq, cell, prompt, completion FROM rows NOT INDEXED WHERE seq BETWEEN ? AND ? AND ${where.sql} ORDER BY seq`;
  return rows.reading(() => {
    const records = rows.statement(sql).all(from, to, ...where.values);
    const packs = records.some(({ completion }) => completion === null) ? packsOf(rows, from, to) : [];
    let at = 0;
    return records.flatMap((record) => {
      const { seq, cell, prompt, completion } = recordSchema.parse(record);
      while (at + 1 < packs.length && (packs[at + 1]?.first ?? seq + 1) <= seq) at += 1;
      const pack = packs[at];
      const texts = completion === null ? pack?.texts[seq - pack.first] : { prompt: messagesOf(prompt), completion };
      return texts === undefined ? [] : [{ seq, text: searchTextOf({ cell: valuesOf(cell), ...texts }) }];
    });
  });
}

const packsOf = (rows: Database, from: number, to: number) =>
  rows
    .statement(PACKS)
    .all(from, to)
    .map((record) => packSchema.parse(record))
    .map(({ first, texts }) => ({ first, texts: readable(texts) }));

/** The texts of a pack; of one that is damaged, as of one without rows: whoever reads such a row is told of it. */
function readable(bytes: Uint8Array): readonly RowTexts[] {
  try {
    return textsIn(bytes);
  } catch {
    return [];
  }
}

/** The messages in the JSON text of a row's own prompt. */
export const messagesOf = (prompt: string | null) => (prompt === null ? null : promptSchema.parse(parseJson(prompt)));

/** The values in the JSON text of a row's cell. */
export function valuesOf(cell: string): Readonly<Record<string, unknown>> {
  const values = cell === '{}' ? {} : parseJson(cell);
  return isRecord(values) ? values : {};
}
