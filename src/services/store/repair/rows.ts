import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Row } from '../../../domain/dataset/types.ts';
import type { Database } from '../database.ts';
import { isRowOf } from '../rows/heads.ts';
import { findableBy, headOfId, lyingSchema } from '../rows/layout.ts';
import { rowOf } from '../rows/record.ts';
import type { Rows } from '../rows/rows.ts';
import { leafRecords } from './leaf-pages.ts';

export type Statement = Database['statement'];
export type Values = Readonly<Record<string, SQLInputValue>>;

/** What became of a table. */
export interface RecoveredTable {
  readonly table: string;
  readonly saved: number;
  /** Records that could not be read, at most: among them may be some that were removed before. */
  readonly lost: number;
}

/** Columns that tables got after they were first made, at most. */
export const ADDED_COLUMNS = 3;

/**
 * Columns of the table of rows before its words were numbers, in their order: a damaged database of then is read by them, and
 * pages of then lie free in one that was brought to today.
 */
export const COLUMNS_BEFORE = [
  ...['seq', 'project_id', 'id', 'source', 'cell', 'prompt', 'completion', 'status', 'rating', 'edited', 'model'],
  ...['finish_reason', 'prompt_tokens', 'completion_tokens', 'cached_tokens', 'cost_usd', 'error', 'created_at'],
  ...['updated_at', 'cell_key', 'length', 'search', 'split', 'whole', 'thoughts', 'latency_ms'],
] as const;

/** A record of that table as a row; null where it is none. */
function rowBefore(fields: Readonly<Record<string, unknown>>): Row | null {
  try {
    return rowOf({ split: null, whole: null, thoughts: null, ...fields });
  } catch {
    return null;
  }
}

/** The names of projects are few, and rows are nobody's without them: the index of that table has them all once more. */
export function namesFromIndex(source: DatabaseSync): readonly Values[] {
  try {
    return source.prepare('SELECT key, id FROM row_projects ORDER BY id').all();
  } catch {
    return [];
  }
}

/** Adds a row of before its words were numbers. */
export function isPut(rows: Rows, fields: Values): boolean {
  const row = rowBefore(fields);
  return row !== null && rows.put([row], 'new') > 0;
}

/** Leaves out rows that cannot be read, such as those whose texts are lost with their pack, and those of no project that is known. */
export function withoutUnreadable(rows: Rows, tables: readonly RecoveredTable[]): readonly RecoveredTable[] {
  const gone = rows.forgetUnreadable();
  return tables.map(({ table, saved, lost }) =>
    table === 'rows' ? { table, saved: saved - gone, lost: lost + gone } : { table, saved, lost },
  );
}

/** What a row is found by, worked out of the rest of it again: nothing else would tell that a bit of it is another. */
export function findable(fields: Values): Values {
  const { cell, length, completion, completion_tokens: tokens } = lyingSchema.parse(fields);
  return { ...fields, ...findableBy(cell, completion?.length ?? length, tokens) };
}

/** Adds what pages of before the rows' words were numbers have of the rows that are lost. */
export function addRowsBefore(file: Buffer, rows: Rows, tables: readonly RecoveredTable[]): readonly RecoveredTable[] {
  let added = 0;
  for (const { rowid, values } of leafRecords(file)) {
    if (values.length > COLUMNS_BEFORE.length || values.length < COLUMNS_BEFORE.length - ADDED_COLUMNS - 1) continue;
    const fields = COLUMNS_BEFORE.map((name, n) => [name, n === 0 ? rowid : (values[n] ?? null)]);
    if (isPut(rows, Object.fromEntries(fields))) added += 1;
  }
  return tables.map(({ table, saved, lost }) =>
    table === 'rows' ? { table, saved: saved + added, lost: Math.max(0, lost - added) } : { table, saved, lost },
  );
}

const THERE = `SELECT 1 FROM rows WHERE ${isRowOf('?3')}`;

/** Whether there is a row of that identity at another place. */
export function isThere(statement: Statement, { project, id }: Values): boolean {
  const head = typeof id === 'string' || id instanceof Uint8Array ? headOfId(id) : null;
  return statement(THERE).get(head, id ?? null, project ?? null) !== undefined;
}
