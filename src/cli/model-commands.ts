import { Argument, type Command, Option } from '@commander-js/extra-typings';
import { EXPORT_TARGETS } from '../domain/weights/export-targets.ts';
import type { Perform } from './context.ts';
import { connection, several } from './options.ts';

/** The command about models, those of providers and those on this machine, word for word. */
export function addModels(program: Command, perform: Perform): void {
  connection(program.command('models'))
    .description(
      'models of the provider (prices, ends, the jobs of tuned ones) and base models on this machine: list, pull, remove; export takes a tuned one away',
    )
    .addArgument(new Argument('[action]').choices(['list', 'pull', 'remove', 'export']).default('list'))
    .argument(
      '[name]',
      'pull and remove: a model of the Hugging Face Hub, ORG/NAME or ORG/NAME@REVISION (HF_TOKEN for gated ones); list: a folder to look at; export: a tuned model of the embedded engine, or its job',
    )
    .option('--filter <words>', 'only those that have every word: part of a name, tuned, tunable, a job')
    .option('--local', 'list only the models on this machine, and ask no server')
    .option('--yes', 'do not ask')
    .addOption(new Option('--to <target>', 'of export: who is to take it').choices(EXPORT_TARGETS))
    .option('--out <dir>', 'of export: the folder to write; named after the model when absent')
    .option(
      '--base <folder>',
      'of export: the folder of a base that is neither pulled nor in the cache; may be given again',
      several,
    )
    .option('--force', 'of export: replace an earlier export')
    .addHelpText(
      'after',
      `
Models on this machine are listed beside those of the embedded engine, which can tune them: what was pulled, and what lies
in the cache of Hugging Face (HF_HOME). With --provider or --base-url only that server's are. Pulled models lie in
LUTHIER_HOME/models; remove deletes those alone. HF_ENDPOINT names a mirror of the Hub.

export writes a folder with a model card: the adapter for other loaders, the merged model for any, a Modelfile for Ollama, the
adapter with the line that serves it for vLLM; and says how llama.cpp makes a GGUF file of it.`,
    )
    .action((action, name, options) =>
      perform(options, async (context) =>
        (await import('./commands/models.ts')).models(context, action, name, options),
      ),
    );
}
