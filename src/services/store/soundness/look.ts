import * as z from 'zod';
import { isDamage } from '../../../domain/text/store-damage.ts';

const findingSchema = z.object({ integrity_check: z.string() });
/** More would say the same again. */
const MOST_FINDINGS = 20;

interface Prepares {
  prepare(sql: string): { all(): readonly unknown[] };
}

/**
 * What SQLite finds wrong with the pages, records and indexes of a whole database; empty when it is sound. Some 600 MB a
 * second. `quick_check` takes as long here and leaves out the indexes, by which rows are known to be there.
 */
export function lookThrough(db: Prepares): readonly string[] {
  try {
    const found = db.prepare(`PRAGMA integrity_check(${MOST_FINDINGS})`).all();
    return found.map((record) => findingSchema.parse(record).integrity_check).filter((text) => text !== 'ok');
  } catch (error) {
    if (!isDamage(error) || !(error instanceof Error)) throw error;
    return [error.message];
  }
}
