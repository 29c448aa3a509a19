import { closeSync, existsSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import * as z from 'zod';
import { ensurePrivateFolder, makePrivate } from '../filesystem/private-files.ts';
import { migrate } from './migrations.ts';
import { type Recovery, setAside } from './recovery.ts';
import { addRowFunctions } from './row-functions.ts';
import { storeFault } from './store-faults.ts';

/**
 * node:sqlite, loaded at first use. Before Node 24 it says on stderr that it is experimental, which would tear a
 * full-screen frame; that one warning is kept back, and no other.
 */
function loadSqlite(): typeof import('node:sqlite') {
  const emitWarning = process.emitWarning;
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Reads the column `json` of each record, checked. Throws when it holds what was never written to it. */
export function readJson<T>(
  schema: z.ZodType<T>,
  records: readonly unknown[],
  parse: (text: string) => unknown = JSON.parse,
): readonly T[] {
  return records.map((record) => schema.parse(parse(columnSchema.parse(record).json)));
}

const columnSchema = z.object({ json: z.string() });

/** `luthier.db`, opened at first use. Statements are prepared once each. */
export interface Database {
  statement(sql: string): StatementSync;
  /** Runs `work` in one write transaction; what it throws rolls everything back. Within another it is part of that one. */
  transaction<T>(work: () => T): T;
  /** Whether another process has written since this was last asked. */
  changedElsewhere(): boolean;
  close(): void;
}

export interface DatabaseOptions {
  readonly home: string;
  readonly recovery: Recovery;
  readonly now?: () => number;
}

/** How long a writer waits for another process's write. */
const BUSY_MS = 5000;
/** SQLite's primary result codes for a damaged file and for one that is no database. */
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

/**
 * WAL with synchronous=NORMAL: a commit is in the operating system's hands when it returns, so a killed process
 * loses nothing. Only a power cut may take the last moments' commits (never the file's soundness); FULL would cost
 * a disk flush for every answer of the teacher.
 */
export function createDatabase(options: DatabaseOptions): Database {
  const path = join(options.home, 'luthier.db');
  return databaseOver(() => openSound(path, options), path);
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

  return {
    statement: (sql) => {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      const prepared = db().prepare(sql);
      statements.set(sql, prepared);
      return prepared;
    },
    transaction: (work) => {
      if (db().isTransaction) return work();
      try {
        db().exec('BEGIN IMMEDIATE');
        const result = work();
        db().exec('COMMIT');
        return result;
      } catch (error) {
        if (db().isTransaction) db().exec('ROLLBACK');
        throw storeFault(path, error);
      }
    },
    changedElsewhere: () => {
      const before = version;
      version = Number(db().prepare('PRAGMA data_version').get()?.data_version);
      return before !== null && before !== version;
    },
    close: () => {
      statements.clear();
      opened?.close();
      opened = null;
    },
  };
}

function openSound(path: string, options: DatabaseOptions): DatabaseSync {
  try {
    return open(path);
  } catch (error) {
    if (!isDamage(error)) throw error;
    const aside = setAside(path, (options.now ?? Date.now)());
    if (aside === null) return open(path);
    const companions = ['-wal', '-shm'].filter((suffix) => existsSync(path + suffix));
    for (const suffix of companions) setAside(path + suffix, (options.now ?? Date.now)());
    options.recovery.note(`The rows' database could not be read. It was set aside as ${aside}; a new one was begun.`);
    return open(path);
  }
}

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

function isDamage(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return false;
  const primary = error.errcode & 0xff;
  return primary === CORRUPT || primary === NOT_A_DATABASE;
}
