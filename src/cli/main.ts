import { setFlagsFromString } from 'node:v8';
import { honourProxies } from '../services/proxy.ts';
import { EXIT } from './context.ts';
import { buildProgram, interruption } from './program.ts';

// A hundred answers at a time are all short-lived, and V8 would double its nursery again and again to hold them: some
// 35 MB more at the peak of a large generation, for no time gained (bench/generation.ts).
setFlagsFromString('--semi-space-growth-factor=1');

const unproxied = honourProxies(process.env);
if (unproxied !== null) process.stderr.write(`! ${unproxied}\n`);

process.stdout.on('error', leaveQuietly);
process.stderr.on('error', leaveQuietly);

const interrupted = interruption(process);
const code = await buildProgram(process, interrupted).run(process.argv.slice(2));

// Not left to the loop: a connection kept alive, or a worker, would hold a finished program for seconds.
process.stdout.write('', () => process.exit(interrupted.exitCode ?? code));

/** The reader of a pipe may have enough before we are done: `luthier jobs | head -1` is no failure. */
function leaveQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  throw error;
}
