import { copyFileSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { FileError } from '../../../domain/text/file-faults.ts';
import { createDatabase } from '../database.ts';
import { pathAside, setAside } from '../recovery.ts';
import { createRows, type Rows } from '../rows/rows.ts';
import { notePacked } from '../rows/writing.ts';
import { beginAnew, isOpenElsewhere } from '../soundness/opening.ts';
import { type AroundDamage, readByKey, readByRowid } from './around-damage.ts';
import { leafRecords } from './leaf-pages.ts';
import { openReadableCopy } from './readable-copy.ts';
import {
  ADDED_COLUMNS,
  addRowsBefore,
  COLUMNS_BEFORE,
  findable,
  isPut,
  isThere,
  namesFromIndex,
  type RecoveredTable,
  type Statement,
  type Values,
  withoutUnreadable,
} from './rows.ts';
import { hasShape, isRecordOf } from './shapes.ts';

export type { RecoveredTable };

export interface Recovered {
  /** Where the damaged file is kept; null when it was gone. */
  readonly kept: string | null;
  readonly tables: readonly RecoveredTable[];
}

/** Kept by triggers: they come back with the records they are of. The index of texts is made anew. */
const DERIVED: ReadonlySet<string> = new Set([
  'tallies',
  'row_heads',
  'row_heads_new',
  'spending_totals',
  'search_state',
  'search_edits',
]);

/**
 * Reads what can be read of a damaged database into a new one and puts that in its place; the damaged file is kept beside it. Each
 * table is read around what is damaged; where that leaves gaps, every page of the file is looked at by itself. Throws
 * FileError while another process has it open.
 */
export function recoverDatabase(path: string, now: number): Recovered {
  if (isOpenElsewhere(path)) {
    throw new FileError(`${path} is open in another Luthier.`, 'Close it, then run this again.');
  }
  const work = `${path}.recovery`;
  const copy = `${work}/damaged.db`;
  rmSync(work, { recursive: true, force: true });
  const fresh = createDatabase({ home: work });
  fresh.statement('SELECT 1').get();
  fresh.close();
  const source = existsSync(path) ? openReadableCopy(path, copy, fresh.path) : null;
  const target = createDatabase({ home: work });
  const tables = target.transaction(() => {
    const all = tablesOf(target.statement);
    const rows = createRows(target);
    const copied = all.map((table) => copyTable(source, target.statement, table, rows));
    source?.close();
    const isWhole = source !== null && copied.every(({ lost }) => lost === 0);
    if (isWhole || !existsSync(copy)) return withoutUnreadable(rows, copied);
    const file = readFileSync(copy);
    const filled = withoutUnreadable(rows, fillGaps(file, target.statement, all, copied));
    return addRowsBefore(file, rows, filled);
  });
  target.close();
  const kept = existsSync(path) ? pathAside(path, now) : null;
  // Copied and not renamed: whenever this is ended, the old file or the new one is in its place.
  if (kept !== null) copyFileSync(path, kept);
  renameSync(target.path, path);
  for (const suffix of ['-wal', '-shm']) if (existsSync(path + suffix)) setAside(path + suffix, now);
  rmSync(work, { recursive: true, force: true });
  beginAnew(path);
  return { kept, tables };
}

/** A table of the new database. */
interface Table {
  readonly name: string;
  readonly hasRowid: boolean;
  readonly columns: readonly { readonly name: string; readonly pk: number }[];
}

const schemaSchema = z.object({ name: z.string(), sql: z.string() });
const columnSchema = z.object({ name: z.string(), pk: z.number() });

function tablesOf(statement: Statement): readonly Table[] {
  const schema = statement(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
  ).all();
  return schema
    .map((record) => schemaSchema.parse(record))
    .filter(({ name }) => !DERIVED.has(name))
    .map(({ name, sql }) => ({
      name,
      hasRowid: !/WITHOUT ROWID\s*$/i.test(sql),
      columns: statement(`PRAGMA table_info(${name})`)
        .all()
        .map((record) => columnSchema.parse(record)),
    }));
}

function copyTable(source: DatabaseSync | null, statement: Statement, table: Table, rows: Rows): RecoveredTable {
  const theirs = columnsIn(source, table.name);
  const isBefore = table.name === 'rows' && theirs.has('project_id');
  const columns = (isBefore ? COLUMNS_BEFORE : table.columns.map(({ name }) => name)).filter((name) =>
    theirs.has(name),
  );
  if (source === null || columns.length === 0) return { table: table.name, saved: 0, lost: 0 };
  const key = table.columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
  const read: AroundDamage = table.hasRowid
    ? readByRowid(source, table.name, columns)
    : readByKey(
        source,
        table.name,
        columns,
        key.map(({ name }) => name),
      );
  const add = (record: Values): boolean =>
    isBefore ? isPut(rows, record) : isRecordOf(table.name, record) && isAdded(statement, table.name, columns, record);
  let saved = 0;
  let refused = 0;
  for (const record of read.records) {
    if (add(record)) saved += 1;
    else if (table.hasRowid) refused += 1;
  }
  const lost = read.lost() + refused;
  if (table.name !== 'row_projects' || lost === 0) return { table: table.name, saved, lost };
  const again = namesFromIndex(source).filter((record) => isAdded(statement, table.name, columns, record)).length;
  return { table: table.name, saved: saved + again, lost: Math.max(0, lost - again) };
}

function columnsIn(source: DatabaseSync | null, table: string): ReadonlySet<string> {
  try {
    const found = source?.prepare(`PRAGMA table_info(${table})`).all() ?? [];
    return new Set(found.map((record) => columnSchema.parse(record).name));
  } catch {
    return new Set();
  }
}

/** One that is there already is not added, and neither is one that the table does not take. */
function isAdded(statement: Statement, table: string, columns: readonly string[], values: Values): boolean {
  const marks = columns.map(() => '?').join(', ');
  const add = statement(`INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${marks})`);
  if (table === 'rows' && isThere(statement, values)) return false;
  const written = table === 'rows' ? findable(values) : values;
  try {
    if (add.run(...columns.map((name) => written[name] ?? null)).changes === 0) return false;
    if (table === 'rows') notePacked(statement, Number(written.seq), 1);
    return true;
  } catch {
    return false;
  }
}

/** Adds the records that lie in pages by themselves to the tables whose they are by what they say. */
function fillGaps(
  file: Buffer,
  statement: Statement,
  tables: readonly Table[],
  copied: readonly RecoveredTable[],
): readonly RecoveredTable[] {
  const found = new Map<string, { added: number; highest: number }>();
  const candidates = tables.filter(({ name, hasRowid }) => hasRowid && hasShape(name));
  for (const { rowid, values } of leafRecords(file)) {
    for (const { name, columns } of candidates) {
      // A record of before a column was added has fewer.
      if (values.length > columns.length || values.length < columns.length - ADDED_COLUMNS) continue;
      const fields = Object.fromEntries(
        columns.map((column, n) => [column.name, column.pk > 0 ? rowid : (values[n] ?? null)]),
      );
      if (!isRecordOf(name, fields)) continue;
      const before = found.get(name) ?? { added: 0, highest: 0 };
      const added = isAdded(
        statement,
        name,
        columns.map((column) => column.name),
        fields,
      )
        ? 1
        : 0;
      found.set(name, { added: before.added + added, highest: Math.max(before.highest, rowid) });
      break;
    }
  }
  return copied.map(({ table, saved, lost }) => {
    const { added, highest } = found.get(table) ?? { added: 0, highest: 0 };
    // Row ids are given out in order, so those up to the highest that are not there are lost or were removed.
    const missing = added === 0 ? lost : Math.max(0, highest - saved - added);
    return { table, saved: saved + added, lost: missing };
  });
}
