import { parentPort, workerData } from 'node:worker_threads';
import { isDamage } from '../../../domain/text/store-damage.ts';
import { databaseOver } from '../database.ts';
import { addRowFunctions } from '../rows/functions.ts';
import { BUSY_MS, isBusy, loadSqlite } from '../sqlite.ts';
import { type Filled, fillIndex } from './filling.ts';
import { Finder } from './finding.ts';
import { IndexFile } from './index-file.ts';
import {
  type FillQuestion,
  type FindQuestion,
  isRaised,
  type SearchQuestion,
  type SearchReply,
  type ThreadData,
} from './messages.ts';

const port = parentPort;
if (port === null) throw new Error('Rows are searched in a worker thread.');
const { path, indexPath, closing, wanted }: ThreadData = workerData;
const database = databaseOver(() => {
  const db = new (loadSqlite().DatabaseSync)(path, { readOnly: true, timeout: BUSY_MS });
  addRowFunctions(db);
  return db;
}, path);
const index = new IndexFile(indexPath);
const finder = new Finder(database, index);
const reply = (message: SearchReply, moved: ArrayBuffer[] = []): void => port.postMessage(message, moved);

/** Nobody waits for the answer any more. */
class Dropped extends Error {}

/** Hits so far are said no more often. */
const SAID_MS = 250;

function find(question: FindQuestion): void {
  const { id, dropped } = question;
  let said = performance.now();
  const watch = (hits: number): void => {
    if (isRaised(dropped) || isRaised(closing)) throw new Dropped('It was dropped.');
    const now = performance.now();
    if (now - said < SAID_MS) return;
    said = now;
    reply({ kind: 'hits', id, hits });
  };
  watch(0);
  const seqs = finder.find(question, watch);
  reply({ kind: 'found', id, seqs }, [seqs.buffer]);
}

const isWanted = (): boolean => isRaised(wanted) || isRaised(closing);

function fill({ id, isLost }: FillQuestion): void {
  let filled: Filled;
  try {
    filled = fillIndex(database, index, { isLost, isWanted });
  } catch (error) {
    if (isDamage(error)) index.discard();
    if (!isBusy(error)) throw error;
    filled = 'open';
  }
  reply({ kind: 'filled', id, filled });
}

port.on('message', (question: SearchQuestion) => {
  if (question.kind === 'close') {
    index.close();
    database.close();
    port.close();
    return;
  }
  try {
    if (question.kind === 'find') find(question);
    else fill(question);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    reply({ kind: 'failed', id: question.id, message });
  }
});
