import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { codeOf, faultText } from '../../domain/text/file-faults.ts';
import type { ParquetQuestion, ParquetReply } from './parquet.ts';
import { DAMAGED } from './parquet.ts';
import { countRows, parquetRows } from './parquet-rows.ts';
import { ParquetFault } from './parquet-values.ts';

/** Rows a message carries: a key pressed meanwhile waits for no more than these. */
const ROWS_AT_ONCE = 500;
/** Signs of life are given no more often. */
const ALIVE_MS = 250;

const port = parentPort;
if (port === null) throw new Error('Parquet is decoded in a worker thread.');
const path = z.string().parse(workerData);
const reply = (message: ParquetReply): void => port.postMessage(message);

let lastSign = 0;
function alive(): void {
  const now = performance.now();
  if (now - lastSign < ALIVE_MS) return;
  lastSign = now;
  reply({ kind: 'alive' });
}

/** Each message of the reader asks for one more slice; nothing is decoded far ahead of it. */
async function* slices(): AsyncGenerator<ParquetReply, void> {
  for await (const rows of parquetRows(path, alive)) {
    for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
      yield { kind: 'rows', rows: rows.slice(start, start + ROWS_AT_ONCE) };
    }
  }
}

const source = slices();

async function answer(question: ParquetQuestion): Promise<ParquetReply> {
  if (question === 'count') return { kind: 'count', rows: await countRows(path, alive) };
  const next = await source.next();
  return next.done === true ? { kind: 'end' } : next.value;
}

/** The decoder's own words where they say something; what it stumbles over in a damaged file is no message for people. */
function faultOf(error: unknown): string {
  if (/^E[A-Z]+$/.test(codeOf(error))) return faultText(error);
  if (error instanceof ParquetFault) return error.message;
  const words = error instanceof Error && error.name === 'Error' ? error.message.replace(/\.$/, '') : '';
  if (words === '' || /\b(?:NaN|undefined|null)\b/.test(words)) return DAMAGED;
  return /unsupported/i.test(words) ? words : `${DAMAGED} (${words})`;
}

// The decoder reads all columns at once and waits for one after the other: a fault of a later one comes this way.
process.on('unhandledRejection', (error) => reply({ kind: 'failed', message: faultOf(error) }));

port.on('message', (question: ParquetQuestion) => {
  answer(question)
    .then(reply)
    .catch((error: unknown) => reply({ kind: 'failed', message: faultOf(error) }));
});
