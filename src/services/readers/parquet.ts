import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { ImportError, type SourceRecord } from '../../domain/importing/records.ts';
import type { ParquetRow } from './parquet-rows.ts';

type Reply =
  | { readonly kind: 'rows'; readonly rows: readonly ParquetRow[] }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly message: string };

/** The rows of a Parquet file, decoded in a thread of its own, a slice at a time as they are read. */
export async function* readParquet(path: string): AsyncGenerator<SourceRecord> {
  const worker = new Worker(workerUrl(), { name: 'parquet', execArgv: [], workerData: path });
  try {
    for (let line = 1; ; ) {
      worker.postMessage('next');
      // `once` rejects when the thread dies of an error.
      const [reply]: Reply[] = await once(worker, 'message');
      if (reply === undefined || reply.kind === 'end') return;
      if (reply.kind === 'failed') {
        throw unreadableParquet(path, new Error(reply.message));
      }
      for (const { row, faults } of reply.rows) {
        yield faults.length === 0 ? { kind: 'row', line, row } : { kind: 'row', line, row, faults };
        line += 1;
      }
    }
  } finally {
    await worker.terminate();
  }
}

/** A file that breaks off or is faulty, in the reader's own words. */
export const unreadableParquet = (path: string, error: unknown): ImportError =>
  new ImportError(
    `${path} cannot be read as Parquet: ${error instanceof Error ? error.message : String(error)}.`,
    'Fetch it again, or save it as CSV.',
  );

/** Beside this module in the sources, beside the bundle in dist/. */
function workerUrl(): URL {
  const self = import.meta.url;
  return new URL(self.endsWith('.ts') ? './parquet.worker.ts' : './parquet.js', self);
}
