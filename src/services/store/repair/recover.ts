import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import * as z from 'zod';
import { isRecord, parseJson } from '../../../domain/common/json.ts';
import { FileError } from '../../../domain/text/file-faults.ts';
import { createDatabase } from '../database.ts';
import { pathAside, setAside } from '../recovery.ts';
import { rowOf } from '../row-record.ts';
import { beginAnew, isOpenElsewhere } from '../soundness/opening.ts';
import { type AroundDamage, readByKey, readByRowid } from './around-damage.ts';
import { openReadableCopy } from './readable-copy.ts';

/** What became of a table. */
export interface RecoveredTable {
  readonly table: string;
  readonly saved: number;
  /** Records that could not be read, at most. */
  readonly lost: number;
}

export interface Recovered {
  /** Where the damaged file is kept; null when it was gone. */
  readonly kept: string | null;
  readonly tables: readonly RecoveredTable[];
}

/** Kept by triggers: they come back with the records they are of. */
const DERIVED: ReadonlySet<string> = new Set(['tallies', 'spending_totals']);
/** The column of each table that holds JSON. */
const JSON_COLUMNS: Readonly<Record<string, string>> = {
  jobs: 'record',
  events: 'event',
  checkpoints: 'checkpoint',
  turns: 'turn',
  evaluations: 'evaluation',
  evaluation_items: 'item',
  votes: 'vote',
  asked_jobs: 'asked',
};

/**
 * Reads what can be read of a damaged database into a new one, table by table and around what is damaged, and puts that in its
 * place; the damaged file is kept beside it. Throws FileError while another process has it open.
 */
export function recoverDatabase(path: string, now: number): Recovered {
  if (isOpenElsewhere(path)) {
    throw new FileError(`${path} is open in another Luthier.`, 'Close it, then run this again.');
  }
  const work = `${path}.recovery`;
  rmSync(work, { recursive: true, force: true });
  const fresh = createDatabase({ home: work });
  fresh.statement('SELECT 1').get();
  fresh.close();
  const source = existsSync(path) ? openReadableCopy(path, `${work}/damaged.db`, fresh.path) : null;
  const target = createDatabase({ home: work });
  const tables = target.transaction(() => copyTables(source, target.statement));
  target.close();
  source?.close();
  const kept = existsSync(path) ? pathAside(path, now) : null;
  // Copied and not renamed: whenever this is ended, the old file or the new one is in its place.
  if (kept !== null) copyFileSync(path, kept);
  renameSync(target.path, path);
  for (const suffix of ['-wal', '-shm']) if (existsSync(path + suffix)) setAside(path + suffix, now);
  rmSync(work, { recursive: true, force: true });
  beginAnew(path);
  return { kept, tables };
}

type Statement = ReturnType<typeof createDatabase>['statement'];

const schemaSchema = z.object({ name: z.string(), sql: z.string() });
const columnSchema = z.object({ name: z.string(), pk: z.number() });

function copyTables(source: DatabaseSync | null, statement: Statement): readonly RecoveredTable[] {
  const schema = statement(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
  ).all();
  return schema
    .map((record) => schemaSchema.parse(record))
    .filter(({ name }) => !DERIVED.has(name))
    .map(({ name, sql }) => copyTable(source, statement, { name, hasRowid: !/WITHOUT ROWID\s*$/i.test(sql) }));
}

function copyTable(
  source: DatabaseSync | null,
  statement: Statement,
  { name, hasRowid }: { readonly name: string; readonly hasRowid: boolean },
): RecoveredTable {
  const ours = statement(`PRAGMA table_info(${name})`)
    .all()
    .map((record) => columnSchema.parse(record));
  const theirs = columnsIn(source, name);
  const columns = ours.map((column) => column.name).filter((column) => theirs.has(column));
  if (source === null || columns.length === 0) return { table: name, saved: 0, lost: 0 };
  const key = ours.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
  const read: AroundDamage = hasRowid
    ? readByRowid(source, name, columns)
    : readByKey(
        source,
        name,
        columns,
        key.map((column) => column.name),
      );
  const add = statement(
    `INSERT OR IGNORE INTO ${name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  let saved = 0;
  let refused = 0;
  for (const record of read.records) {
    if (
      isReadable(name, record) &&
      isAdded(
        add,
        columns.map((column) => record[column] ?? null),
      )
    )
      saved += 1;
    else if (hasRowid) refused += 1;
  }
  return { table: name, saved, lost: read.lost() + refused };
}

function columnsIn(source: DatabaseSync | null, table: string): ReadonlySet<string> {
  try {
    const found = source?.prepare(`PRAGMA table_info(${table})`).all() ?? [];
    return new Set(found.map((record) => columnSchema.parse(record).name));
  } catch {
    return new Set();
  }
}

/** A value that no column of the table takes is one more lost. */
function isAdded(add: ReturnType<Statement>, values: readonly SQLInputValue[]): boolean {
  try {
    return add.run(...values).changes > 0;
  } catch {
    return false;
  }
}

/** Whether a record is one that the rest of Luthier can read. */
function isReadable(table: string, record: Readonly<Record<string, unknown>>): boolean {
  const column = JSON_COLUMNS[table];
  if (column !== undefined) return isRecord(parseJson(String(record[column])));
  if (table !== 'rows') return true;
  try {
    rowOf({ split: null, whole: null, thoughts: null, ...record });
    return true;
  } catch {
    return false;
  }
}
