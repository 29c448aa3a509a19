import { closeSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import * as z from 'zod';
import { sanitizeLine } from '../../domain/text/sanitize.ts';
import { isDamage, StoreDamage } from '../../domain/text/store-damage.ts';
import { ensurePrivateFolder, makePrivate } from '../filesystem/private-files.ts';
import { migrate } from './migrations.ts';
import { addRowFunctions } from './rows/functions.ts';
import { lookThrough } from './soundness/look.ts';
import { beginOpening, type Opening } from './soundness/opening.ts';
import { BUSY_MS, loadSqlite, patiently } from './sqlite.ts';
import { storeFault } from './store-faults.ts';

/** Reads the column `json` of each record of a table, checked. Throws StoreDamage when it holds what was never written to it. */
export function readJson<T>(
  table: string,
  schema: z.ZodType<T>,
  records: readonly unknown[],
  parse: (text: string) => unknown = JSON.parse,
): readonly T[] {
  return records.map((record, index) => {
    const text = columnSchema.safeParse(record).data?.json ?? '';
    const id = (): string => /"(?:id|key)":"([^"]{1,80})"/.exec(text)?.[1] ?? `number ${index + 1}`;
    return readRecord(table, id, () => schema.parse(parse(text)));
  });
}

const columnSchema = z.object({ json: z.string() });

/** Reads a record of a table; one that cannot be read is named by `id`. */
export function readRecord<T>(table: string, id: () => string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const place = error instanceof z.ZodError ? error.issues[0]?.path.join('.') || 'its top' : null;
    const why = place === null ? 'it is not JSON' : `it is not right at ${place}`;
    throw new StoreDamage(
      `luthier.db is damaged: ${sanitizeLine(id())} of its table ${table} cannot be read, for ${why}.`,
    );
  }
}

/** `luthier.db`, opened at first use. Statements are prepared once each. */
export interface Database {
  statement(sql: string): StatementSync;
  /** Runs `work` in one write transaction; what it throws rolls everything back. Within another it is part of that one. */
  transaction<T>(work: () => T): T;
  /** Runs `work`, of several statements, on one state of the database. Within a transaction it is part of that one. */
  reading<T>(work: () => T): T;
  /** Whether another process has written since this was last asked. */
  changedElsewhere(): boolean;
  close(): void;
}

export interface DatabaseOptions {
  readonly home: string;
  /**
   * When a file that was not closed well is looked through: before it is used, or later by whoever opens it, who must not wait.
   * `now` when absent.
   */
  readonly look?: 'now' | 'later';
}

/** The database of a data folder. */
export interface StoreDatabase extends Database {
  readonly path: string;
  /** Null while it is not open. */
  opening(): Opening | null;
}

interface Opened {
  readonly db: DatabaseSync;
  readonly opening: Opening;
}

/**
 * WAL with synchronous=NORMAL: a commit is in the operating system's hands when it returns, so a killed process
 * loses nothing. Only a power cut may take the last moments' commits (never the file's soundness); FULL would cost
 * a disk flush for every answer of the teacher.
 */
export function createDatabase(options: DatabaseOptions): StoreDatabase {
  const path = join(options.home, 'luthier.db');
  let opening: Opening | null = null;
  const open = (): DatabaseSync => {
    const opened = openTrusted(path, options);
    opening = opened.opening;
    return opened.db;
  };
  const database = databaseOver(open, path);
  return {
    ...database,
    path,
    opening: () => opening,
    close() {
      database.close();
      opening?.close();
      opening = null;
    },
  };
}

/** Over what `open` opens, at first use. */
export function databaseOver(open: () => DatabaseSync, path = ':memory:'): Database {
  const statements = new Map<string, StatementSync>();
  let opened: DatabaseSync | null = null;
  let version: number | null = null;

  const db = (): DatabaseSync => {
    try {
      opened ??= open();
    } catch (error) {
      throw storeFault(path, error);
    }
    return opened;
  };

  function within<T>(begin: string, work: () => T): T {
    if (db().isTransaction) return work();
    try {
      statement(begin).run();
      const result = work();
      statement('COMMIT').run();
      return result;
    } catch (error) {
      if (db().isTransaction) db().exec('ROLLBACK');
      throw storeFault(path, error);
    }
  }

  function statement(sql: string): StatementSync {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const prepared = prepare(db(), sql, path);
    statements.set(sql, prepared);
    return prepared;
  }

  return {
    statement,
    transaction: (work) => within('BEGIN IMMEDIATE', work),
    reading: (work) => within('BEGIN', work),
    changedElsewhere: () => {
      const before = version;
      version = Number(statement('PRAGMA data_version').get()?.data_version);
      return before !== null && before !== version;
    },
    close: () => {
      statements.clear();
      opened?.close();
      opened = null;
    },
  };
}

/** A schema that is not ours is said by its table or column. */
function prepare(db: DatabaseSync, sql: string, path: string): StatementSync {
  try {
    return db.prepare(sql);
  } catch (error) {
    const lack = error instanceof Error ? /^no such (?:table|column): \S+/.exec(error.message) : null;
    throw lack === null ? error : damageOf(path, [lack[0]]);
  }
}

/** Opens what is sound, or is to be looked through later. Throws StoreDamage. */
function openTrusted(path: string, { look = 'now' }: DatabaseOptions): Opened {
  const opening = beginOpening(path);
  let db: DatabaseSync | null = null;
  try {
    db = patiently(() => open(path));
    if (look === 'later' || !opening.isDoubtful) return { db, opening };
    const findings = lookThrough(db);
    if (findings.length > 0) throw damageOf(path, findings);
    opening.trust();
    return { db, opening };
  } catch (error) {
    db?.close();
    opening.close();
    throw isDamage(error) && error instanceof Error ? damageOf(path, [error.message]) : error;
  }
}

/** What is wrong with a database, by the first thing that was found. */
export const damageOf = (path: string, findings: readonly string[]): StoreDamage =>
  new StoreDamage(`${path} is damaged: ${sanitizeLine(findings[0] ?? '').replace(/\.$/, '')}.`);

function open(path: string): DatabaseSync {
  ensurePrivateFolder(dirname(path));
  // Made by hand first: SQLite would make it readable by others, and gives its -wal and -shm the file's own mode.
  closeSync(openSync(path, 'a', 0o600));
  makePrivate(path);
  const { DatabaseSync } = loadSqlite();
  const db = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    addRowFunctions(db);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000');
    migrate(db, path);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
