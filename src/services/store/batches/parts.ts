import type { Database } from '../database.ts';
import { createBatches, createWorkers } from './batches.ts';
import { createRequestFiles } from './files.ts';
import { createBatchedRows } from './rows.ts';

/** All that is kept of batches in a data folder; its `close` stops saying that this process lives. */
export function createBatchParts(database: Database, { home }: { readonly home: string }) {
  const workers = createWorkers(database);
  return {
    store: createBatches(database),
    rows: createBatchedRows(database),
    workers,
    files: createRequestFiles(home),
    close: workers.close,
  };
}
