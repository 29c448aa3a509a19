import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { type BlobFolders, prepareFolders } from './blobs.ts';
import { type CheckpointTable, checkpointTable } from './checkpoints.ts';
import { openDatabase, transaction } from './database.ts';
import { type EventTable, eventTable } from './events.ts';
import { type FileTable, fileTable } from './files.ts';
import { type JobTable, jobTable } from './jobs.ts';
import { type ModelTable, modelTable } from './models.ts';

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
