import { parentPort, workerData } from 'node:worker_threads';
import { databaseOver } from '../database.ts';
import { addRowFunctions } from '../rows/functions.ts';
import { BUSY_MS, loadSqlite } from '../sqlite.ts';
import { hitsOf, inOrder } from './hits.ts';
import { type FindQuestion, isRaised, type SearchQuestion, type SearchReply, type ThreadData } from './messages.ts';

const port = parentPort;
if (port === null) throw new Error('Rows are searched in a worker thread.');
const { path, closing }: ThreadData = workerData;
const database = databaseOver(() => {
  const db = new (loadSqlite().DatabaseSync)(path, { readOnly: true, timeout: BUSY_MS });
  addRowFunctions(db);
  return db;
}, path);
const reply = (message: SearchReply, moved: ArrayBuffer[] = []): void => port.postMessage(message, moved);

/** Nobody waits for the answer any more. */
class Dropped extends Error {}

/** Hits so far are said no more often. */
const SAID_MS = 100;

function find(question: FindQuestion): void {
  const { id, projectId, filter, dropped } = question;
  let said = performance.now();
  const watch = (hits: number): void => {
    if (isRaised(dropped) || isRaised(closing)) throw new Dropped();
    const now = performance.now();
    if (now - said < SAID_MS) return;
    said = now;
    reply({ kind: 'hits', id, hits });
  };
  watch(0);
  const hits = hitsOf(database, projectId, filter.text ?? '', watch);
  const seqs = inOrder(database, question, hits, watch);
  reply({ kind: 'found', id, seqs }, [seqs.buffer]);
}

port.on('message', (question: SearchQuestion) => {
  if (question.kind === 'close') {
    database.close();
    port.close();
    return;
  }
  try {
    find(question);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    reply({ kind: 'failed', id: question.id, message });
  }
});
