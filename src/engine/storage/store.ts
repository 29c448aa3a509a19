import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type BatchTable, batchTable } from './batches.ts';
import { type BlobFolders, prepareFolders } from './blobs.ts';
import { type CompletionTable, completionTable } from './completions.ts';
import { type EventTable, eventTable } from './events.ts';
import { type FileTable, fileTable } from './files.ts';
import { type JobTable, jobTable } from './jobs.ts';
import { type CheckpointTable, checkpointTable, type ModelTable, modelTable } from './models.ts';
import { MIGRATIONS, migrate, versionOf } from './schema.ts';
import { type UploadTable, uploadTable } from './uploads.ts';

/**
 * Opens the engine's database. WAL lets several engines share it; a busy writer is waited for, up to five
 * seconds, instead of failing.
 */
function openDatabase(path: string): DatabaseSync {
  // Made by hand first: SQLite would make it readable by others, and gives its -wal and -shm the file's own mode.
  closeSync(openSync(path, 'a', 0o600));
  const db = new DatabaseSync(path);
  db.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  const version = versionOf(db);
  if (version > MIGRATIONS.length) {
    db.close();
    throw new Error('This engine home was written by a newer Luthier. Update Luthier, or give another --home.');
  }
  if (version < MIGRATIONS.length) transaction(db, () => migrate(db));
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
  readonly completions: CompletionTable;
  readonly batches: BatchTable;
  readonly uploads: UploadTable;
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
    completions: completionTable(db),
    batches: batchTable(db),
    uploads: uploadTable(db),
    transaction: (work) => transaction(db, work),
    close: () => db.close(),
  };
}
