import { Argument, type Command } from '@commander-js/extra-typings';
import type { Perform } from './context.ts';
import { connection } from './options.ts';

/** The command about models, those of providers and those on this machine, word for word. */
export function addModels(program: Command, perform: Perform): void {
  connection(program.command('models'))
    .description(
      'models of the provider (prices, ends, the jobs of tuned ones) and base models on this machine: list, pull, remove',
    )
    .addArgument(new Argument('[action]').choices(['list', 'pull', 'remove']).default('list'))
    .argument(
      '[name]',
      'pull and remove: a model of the Hugging Face Hub, ORG/NAME or ORG/NAME@REVISION (HF_TOKEN for gated ones); list: a folder to look at',
    )
    .option('--filter <words>', 'only those that have every word: part of a name, tuned, tunable, a job')
    .option('--local', 'list only the models on this machine, and ask no server')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      `
Models on this machine are listed beside those of the embedded engine, which can tune them: what was pulled, and what lies
in the cache of Hugging Face (HF_HOME). With --provider or --base-url only that server's are. Pulled models lie in
LUTHIER_HOME/models; remove deletes those alone. HF_ENDPOINT names a mirror of the Hub.`,
    )
    .action((action, name, options) =>
      perform(options, async (context) =>
        (await import('./commands/models.ts')).models(context, action, name, options),
      ),
    );
}
