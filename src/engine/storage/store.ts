import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type BlobFolders, prepareFolders } from './blobs.ts';
import { type EventTable, eventTable } from './events.ts';
import { type FileTable, fileTable } from './files.ts';
import { type JobTable, jobTable } from './jobs.ts';
import { type CheckpointTable, checkpointTable, type ModelTable, modelTable } from './models.ts';

/** Bumped when a table changes; an engine refuses a home that a newer one has written. */
const SCHEMA_VERSION = 1;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS files (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, filename TEXT NOT NULL, purpose TEXT NOT NULL,
  bytes INTEGER NOT NULL, created_at INTEGER NOT NULL, blob TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS jobs (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL, status TEXT NOT NULL,
  model TEXT NOT NULL, training_file TEXT NOT NULL, validation_file TEXT, suffix TEXT, seed INTEGER NOT NULL,
  hyperparameters TEXT NOT NULL, metadata TEXT, integrations TEXT, tag TEXT NOT NULL,
  examples INTEGER, started_at INTEGER, finished_at INTEGER, estimated_finish INTEGER,
  fine_tuned_model TEXT, result_file TEXT, trained_tokens INTEGER, error TEXT,
  owner TEXT, owner_pid INTEGER, heartbeat_at INTEGER, adoptions INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS jobs_by_status ON jobs (status, seq);
CREATE TABLE IF NOT EXISTS events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, job_id TEXT NOT NULL, created_at INTEGER NOT NULL,
  level TEXT NOT NULL, type TEXT NOT NULL, message TEXT NOT NULL, data TEXT, once TEXT);
CREATE INDEX IF NOT EXISTS events_by_job ON events (job_id, seq);
CREATE UNIQUE INDEX IF NOT EXISTS events_once ON events (job_id, once) WHERE once IS NOT NULL;
CREATE TABLE IF NOT EXISTS checkpoints (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, job_id TEXT NOT NULL, created_at INTEGER NOT NULL,
  model TEXT NOT NULL, step INTEGER NOT NULL, metrics TEXT NOT NULL, UNIQUE (job_id, step));
CREATE TABLE IF NOT EXISTS models (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, base TEXT NOT NULL, job_id TEXT NOT NULL,
  created_at INTEGER NOT NULL, blob TEXT NOT NULL);
`;

/**
 * Opens the engine's database. WAL lets several engines share it; a busy writer is waited for, up to five
 * seconds, instead of failing.
 */
function openDatabase(path: string): DatabaseSync {
  // Made by hand first: SQLite would make it readable by others, and gives its -wal and -shm the file's own mode.
  closeSync(openSync(path, 'a', 0o600));
  const db = new DatabaseSync(path);
  db.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  const version = Number(db.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  if (version > SCHEMA_VERSION) {
    db.close();
    throw new Error('This engine home was written by a newer Luthier. Update Luthier, or give another --home.');
  }
  transaction(db, () => {
    db.exec(SCHEMA);
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  });
  return db;
}

/** Runs `work` in one write transaction; what it throws rolls everything back. */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

/** Everything an engine home holds: tables in `engine.db`, contents in folders beside it. */
export interface Store {
  readonly db: DatabaseSync;
  readonly folders: BlobFolders;
  readonly files: FileTable;
  readonly jobs: JobTable;
  readonly events: EventTable;
  readonly checkpoints: CheckpointTable;
  readonly models: ModelTable;
  transaction<T>(work: () => T): T;
  close(): void;
}

/** Opens a home, making it on first use. */
export function openStore(home: string): Store {
  const folders = prepareFolders(home);
  const db = openDatabase(join(home, 'engine.db'));
  return {
    db,
    folders,
    files: fileTable(db),
    jobs: jobTable(db),
    events: eventTable(db),
    checkpoints: checkpointTable(db),
    models: modelTable(db),
    transaction: (work) => transaction(db, work),
    close: () => db.close(),
  };
}
