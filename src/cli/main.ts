import { EXIT } from './exit.ts';
import { interruption } from './interruption.ts';
import { buildProgram } from './program.ts';

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
