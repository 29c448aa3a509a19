import type { DatabaseSync, StatementSync } from 'node:sqlite';
import * as z from 'zod';
import { isRecord, parseJson } from '../../../domain/common/json.ts';
import { hasFlag } from '../../../domain/dataset/row.ts';
import { SOURCES, STATUSES, wordSchema } from './codes.ts';
import { lengthClass, searchTextOf } from './derived.ts';
import { createPacks } from './packs.ts';

const flagSchema = z.enum(['any', 'empty', 'refused', 'truncated', 'missing-slot-value']);
const cellSchema = z.string().transform((text) => z.record(z.string(), z.string()).parse(parseJson(text)));
const flaggedSchema = z.object({
  source: wordSchema(SOURCES),
  cell: cellSchema,
  status: wordSchema(STATUSES),
  edited: z.number().transform((edited) => edited === 1),
});
const promptSchema = z.string().transform((text) => z.array(z.object({ content: z.string() })).parse(parseJson(text)));

/**
 * Gives SQL what it cannot read of a row by itself: `has_flag(flag, source, cell, status, edited, seq, completion)` and
 * `has_text(text in lower case, cell, seq, prompt, completion)` are 0 or 1, wherever the texts lie; `length_class(length)`.
 */
export function addRowFunctions(db: DatabaseSync): void {
  const statements = new Map<string, StatementSync>();
  const packs = createPacks((sql) => {
    const known = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, known);
    return known;
  });
  db.function('length_class', { deterministic: true }, (length) => lengthClass(Number(length)));
  db.function('has_flag', (flag, source, cell, status, edited, seq, completion) => {
    const row = flaggedSchema.parse({ source, cell, status, edited });
    const text = completion === null ? packs.textsOf(Number(seq)).completion : String(completion);
    return hasFlag({ ...row, completion: text }, flagSchema.parse(flag)) ? 1 : 0;
  });
  db.function('has_text', (sought, cell, seq, prompt, completion) => {
    const values = parseJson(String(cell));
    const texts =
      completion === null
        ? packs.textsOf(Number(seq))
        : { prompt: prompt === null ? null : promptSchema.parse(prompt), completion: String(completion) };
    const text = searchTextOf({ cell: isRecord(values) ? values : {}, ...texts });
    return text.includes(String(sought)) ? 1 : 0;
  });
}
