import * as z from 'zod';
import { isRecord, parseJson } from '../../../domain/common/json.ts';
import type { Database } from '../database.ts';
import { searchTextOf } from '../rows/derived.ts';
import { conditionOf } from '../rows/filter.ts';
import { jsonIn, type RowTexts, textsInJson } from '../rows/packs.ts';

/** A text in lower case that is sought, and what tells of some JSON text in lower case that it cannot be in it. */
export interface Sought {
  readonly text: string;
  /** As it stands in JSON; null where that tells nothing. */
  readonly inJson: string | null;
}

/** Between two values, and the letter whose lower case goes by its neighbours, which are others in JSON. */
const NOT_BY_JSON = /[\u001fσς]/;

export function soughtOf(text: string): Sought {
  const lower = text.toLowerCase();
  return { text: lower, inJson: NOT_BY_JSON.test(lower) ? null : JSON.stringify(lower).slice(1, -1) };
}

const mayHold = (lower: string, { inJson }: Sought): boolean => inJson === null || lower.includes(inJson);

/** A pack of texts, which are made when one of them is asked for. */
class Pack {
  readonly first: number;
  /** Whether the text that is sought may be in it at all. */
  readonly isSaid: boolean;
  private readonly json: string;
  private texts: readonly RowTexts[] | null = null;

  constructor(first: number, json: string, sought: Sought | null) {
    this.first = first;
    this.json = json;
    this.isSaid = sought === null || mayHold(json.toLowerCase(), sought);
  }

  textsOf(seq: number): RowTexts | undefined {
    this.texts ??= textsInJson(this.json);
    return this.texts[seq - this.first];
  }
}

const recordSchema = z.object({
  seq: z.number(),
  cell: z.string(),
  prompt: z.string().nullable(),
  completion: z.string().nullable(),
});
const packSchema = z.object({ first: z.number(), texts: z.instanceof(Uint8Array) });
const promptSchema = z.array(z.object({ content: z.string() }));

const PACKS = `SELECT first, texts FROM packs
  WHERE first BETWEEN ifnull((SELECT max(first) FROM packs WHERE first <= ?1), ?1) AND ?2 ORDER BY first`;

export interface SearchText {
  readonly seq: number;
  readonly text: string;
}

/**
 * What a search looks at of the rows from one number to another, of a project or of all, in their order; with a text, only of
 * those that may hold it. Packs are read one by one, and not once for each row.
 */
export function searchTexts(
  rows: Database,
  { from, to, projectId, sought }: { from: number; to: number; projectId: string | null; sought: Sought | null },
): readonly SearchText[] {
  const where = projectId === null ? { sql: '1', values: [] } : conditionOf(projectId, {});
  const sql = `SELECT seq, cell, prompt, completion FROM rows NOT INDEXED WHERE seq BETWEEN ? AND ? AND ${where.sql} ORDER BY seq`;
  return rows.reading(() => {
    const records = rows.statement(sql).all(from, to, ...where.values);
    const packs = records.some(({ completion }) => completion === null) ? packsOf(rows, from, to, sought) : [];
    let at = 0;
    return records.flatMap((record) => {
      const { seq, ...lying } = recordSchema.parse(record);
      while (at + 1 < packs.length && (packs[at + 1]?.first ?? seq + 1) <= seq) at += 1;
      const text = textAt(seq, lying, packs[at], sought);
      return text === null ? [] : [{ seq, text }];
    });
  });
}

const packsOf = (rows: Database, from: number, to: number, sought: Sought | null): readonly Pack[] =>
  rows
    .statement(PACKS)
    .all(from, to)
    .map((record) => packSchema.parse(record))
    .map(({ first, texts }) => new Pack(first, readable(texts), sought));

/** The JSON text of a pack; of one that is damaged, as of one without rows: whoever reads such a row is told of it. */
function readable(bytes: Uint8Array): string {
  try {
    return jsonIn(bytes);
  } catch {
    return '[]';
  }
}

type Lying = Omit<z.infer<typeof recordSchema>, 'seq'>;

/** Null where the text that is sought cannot be in it. */
function textAt(
  seq: number,
  { cell, prompt, completion }: Lying,
  pack: Pack | undefined,
  sought: Sought | null,
): string | null {
  const isSaid = sought === null || mayHold(cell.toLowerCase(), sought);
  if (completion !== null) {
    const messages = prompt === null ? null : promptSchema.parse(parseJson(prompt));
    return searchTextOf({ cell: valuesOf(cell), prompt: messages, completion });
  }
  if (pack === undefined || !(isSaid || pack.isSaid)) return null;
  const texts = pack.textsOf(seq);
  return texts === undefined ? null : searchTextOf({ cell: valuesOf(cell), ...texts });
}

function valuesOf(cell: string): Readonly<Record<string, unknown>> {
  const values = cell === '{}' ? {} : parseJson(cell);
  return isRecord(values) ? values : {};
}
