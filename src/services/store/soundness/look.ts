import * as z from 'zod';
import { isDamage } from '../../../domain/text/store-damage.ts';
import { headOf } from '../rows/schema.ts';

const countSchema = z.object({ n: z.number() });
const findingSchema = z.object({ integrity_check: z.string() });
/** More would say the same again. */
const MOST_FINDINGS = 20;

interface Prepares {
  prepare(sql: string): { all(): readonly unknown[] };
}

/** Rows that are not found by their identity, and would be taken for rows that are not there. */
const HEADS = "SELECT 1 FROM sqlite_schema WHERE name = 'row_heads_new'";
const headIn = (table: string): string =>
  `EXISTS (SELECT 1 FROM ${table} AS heads WHERE head = ${headOf('rows.id')} AND heads.seq = rows.seq)`;
const NOT_FOUND = `SELECT count(*) AS n FROM rows WHERE NOT ${headIn('row_heads')} AND NOT ${headIn('row_heads_new')}`;

/** What is wrong with that which SQLite does not know to belong together. */
function notFound(db: Prepares): readonly string[] {
  if (db.prepare(HEADS).all().length === 0) return [];
  const [count] = db.prepare(NOT_FOUND).all();
  const { n } = countSchema.parse(count);
  return n === 0 ? [] : [`${n} records of its table rows are not found by their identity`];
}

/**
 * What SQLite finds wrong with the pages, records and indexes of a whole database; empty when it is sound. Some 600 MB a
 * second. `quick_check` takes as long here and leaves out the indexes, by which rows are known to be there.
 */
export function lookThrough(db: Prepares): readonly string[] {
  try {
    const found = db.prepare(`PRAGMA integrity_check(${MOST_FINDINGS})`).all();
    const findings = found.map((record) => findingSchema.parse(record).integrity_check).filter((text) => text !== 'ok');
    return findings.length > 0 ? findings : notFound(db);
  } catch (error) {
    if (!isDamage(error) || !(error instanceof Error)) throw error;
    return [error.message];
  }
}
