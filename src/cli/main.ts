import { setFlagsFromString } from 'node:v8';
import { unexpectedText } from '../domain/common/unexpected.ts';
import { honourProxies } from '../services/proxy.ts';
import { buildProgram, interruption, writeDown } from './program.ts';
import { watchReader } from './reader.ts';

// A check makes next to nothing for each line, and is sooner without either of these.
if (process.argv[2] !== 'check') {
  // A hundred answers at a time are all short-lived, and V8 would double its nursery again and again to hold them: some
  // 35 MB more at the peak of a large generation, for no time gained (bench/generation.ts).
  setFlagsFromString('--semi-space-growth-factor=1');
  // What a command does often is done in its first second, and V8 would compile hundreds of functions for that one, beside the main
  // thread, with up to 20 MB more and no less time (bench/generation.ts). Five times the usual calls are waited for; what works
  // for longer, as the count of a large file, is compiled all the same.
  setFlagsFromString('--invocation-count-for-maglev=2000');
}

const reader = watchReader(process);

const unproxied = honourProxies(process.env);
if (unproxied !== null) process.stderr.write(`! ${unproxied}\n`);

const fault = (error: unknown): never => {
  const known = error instanceof Error ? error : new Error(String(error));
  const path = writeDown(known, process.env);
  process.stderr.write(`✗ ${unexpectedText(known)}\n  Its details are in ${path}.\n`);
  process.exit(1);
};
process.on('uncaughtException', fault);
process.on('unhandledRejection', fault);

const interrupted = interruption(process);
const code = await buildProgram(process, { signal: interrupted.signal, readerGone: reader.gone }).run(
  process.argv.slice(2),
);

// Not left to the loop: a connection kept alive, or a worker, would hold a finished program for seconds. A turn of it is waited
// for all the same: that the last words did not arrive is told only then.
process.stdout.write('', () => setImmediate(() => process.exit(interrupted.exitCode ?? reader.exitCode ?? code)));
