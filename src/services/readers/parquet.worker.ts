import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { parquetRows } from './parquet-rows.ts';

/** Rows a message carries: a key pressed meanwhile waits for no more than these. */
const ROWS_AT_ONCE = 500;

const port = parentPort;
if (port === null) throw new Error('Parquet is decoded in a worker thread.');
const path = z.string().parse(workerData);

/** Each message of the reader asks for one more slice; nothing is decoded far ahead of it. */
async function* slices(): AsyncGenerator<object> {
  for await (const rows of parquetRows(path)) {
    for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
      yield { kind: 'rows', rows: rows.slice(start, start + ROWS_AT_ONCE) };
    }
  }
}

const source = slices();
port.on('message', async () => {
  try {
    const next = await source.next();
    port.postMessage(next.done === true ? { kind: 'end' } : next.value);
  } catch (error) {
    port.postMessage({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
});
