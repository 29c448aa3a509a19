// An engine in a process of its own, with the test runner: `node process.ts HOME` prints its URL and serves.
import { startServer } from '../../../src/engine/server.ts';
import { engineOptions } from './options.ts';

const { url } = await startServer(engineOptions(process.argv[2] ?? ''));
process.stdout.write(`${url}\n`);
