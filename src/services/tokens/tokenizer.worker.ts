import { parentPort } from 'node:worker_threads';
import { createServer } from './tokenizer.ts';

const port = parentPort;
if (port === null) throw new Error('The tokenizer runs in a worker thread.');
port.on(
  'message',
  createServer(new URL(import.meta.url), (reply) => port.postMessage(reply)),
);
