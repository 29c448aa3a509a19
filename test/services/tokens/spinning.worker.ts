import { appendFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';

/** A thread that notes its start and, once asked anything, never comes back. */
appendFileSync(process.env.LUTHIER_TEST_STARTS ?? '', 'started\n');
parentPort?.on('message', () => {
  for (;;) Math.random();
});
