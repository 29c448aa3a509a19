import { parentPort, workerData } from 'node:worker_threads';
import { loadSqlite } from '../sqlite.ts';
import { lookThrough } from './look.ts';

const db = new (loadSqlite().DatabaseSync)(String(workerData), { readOnly: true });
parentPort?.postMessage(lookThrough(db));
db.close();
