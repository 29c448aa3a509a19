import { Argument, type Command } from '@commander-js/extra-typings';
import type { Perform } from './context.ts';
import { JSON_HELP } from './options.ts';

/** The command about the Python of real weights, word for word. */
export function addRunner(program: Command, perform: Perform): void {
  program
    .command('runner')
    .description(
      'the Python that trains and serves real weights: how it stands (exit 1 when it cannot run), install, remove',
    )
    .addArgument(new Argument('[action]').choices(['status', 'install', 'remove']).default('status'))
    .option('--cpu', 'install PyTorch without CUDA, 0.3 GB in the place of 3')
    .option('--yes', 'do not ask')
    .option('--json', JSON_HELP)
    .action((action, options) =>
      perform(options, async (context) => (await import('./commands/runner.ts')).runner(context, action, options)),
    );
}
