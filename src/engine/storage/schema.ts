import type { DatabaseSync } from 'node:sqlite';

const TABLES = `
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

const EXPIRY = 'ALTER TABLE files ADD COLUMN expires_at INTEGER;';

const KEPT_ANSWERS = `
CREATE TABLE completions (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL, model TEXT NOT NULL,
  metadata TEXT, body TEXT NOT NULL, messages TEXT NOT NULL);
`;

const METHODS = `
ALTER TABLE jobs ADD COLUMN method TEXT NOT NULL DEFAULT 'supervised';
ALTER TABLE models ADD COLUMN revision TEXT;
`;

const BATCHES = `
CREATE TABLE batches (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, endpoint TEXT NOT NULL, input_file_id TEXT NOT NULL,
  status TEXT NOT NULL, metadata TEXT, output_life INTEGER, errors TEXT, total INTEGER NOT NULL, completed INTEGER,
  failed INTEGER, output_file_id TEXT, error_file_id TEXT, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, in_progress_at INTEGER,
  finalizing_at INTEGER, completed_at INTEGER, failed_at INTEGER, expired_at INTEGER, cancelling_at INTEGER,
  cancelled_at INTEGER, owner TEXT, owner_pid INTEGER, heartbeat_at INTEGER);
CREATE TABLE batch_results (
  batch_id TEXT NOT NULL, custom_id TEXT NOT NULL, failed INTEGER NOT NULL, line TEXT NOT NULL,
  UNIQUE (batch_id, custom_id));
CREATE TABLE uploads (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, filename TEXT NOT NULL, purpose TEXT NOT NULL,
  bytes INTEGER NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, status TEXT NOT NULL,
  file_life INTEGER, file_id TEXT);
CREATE TABLE upload_parts (
  id TEXT PRIMARY KEY, upload_id TEXT NOT NULL, created_at INTEGER NOT NULL, bytes INTEGER NOT NULL, blob TEXT NOT NULL);
CREATE INDEX upload_parts_by_upload ON upload_parts (upload_id);
`;

/** What brings a home from each version to the next. An engine refuses a home that is beyond the last. */
export const MIGRATIONS: readonly string[] = [TABLES, EXPIRY, KEPT_ANSWERS, METHODS, BATCHES];

export const versionOf = (db: DatabaseSync): number =>
  Number(db.prepare('PRAGMA user_version').get()?.user_version ?? 0);

/** Brings a database up to date, inside the caller's transaction: another engine may have done it by then. */
export function migrate(db: DatabaseSync): void {
  for (const step of MIGRATIONS.slice(versionOf(db))) db.exec(step);
  db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
}
