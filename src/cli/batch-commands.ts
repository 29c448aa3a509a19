import type { Command } from '@commander-js/extra-typings';
import type { Perform } from './context.ts';
import { connection, integer } from './options.ts';

const SHOWN = 20;

/** The command about batches at providers, word for word. */
export function addBatches(program: Command, perform: Perform): void {
  connection(program.command('batches'))
    .description('batches of generate and eval: how each stands, what came of it, what it cost')
    .option('--wait', 'see those that are open at the provider to their end, and keep their answers')
    .option(
      '--cancel <batch>',
      'cancel one at its provider; what it has answered by then is billed, and kept by --wait',
    )
    .option('--limit <n>', `how many to show, ${SHOWN} when absent`, integer({ min: 1 }))
    .action((options) =>
      perform(options, async (context) => (await import('./commands/batches.ts')).batches(context, options)),
    );
}
