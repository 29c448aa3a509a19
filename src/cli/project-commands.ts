import { type Command, InvalidArgumentError } from '@commander-js/extra-typings';
import type { Perform } from './context.ts';
import { JSON_HELP } from './options.ts';

function twoSlots(text: string): readonly [string, string] {
  const [first = '', second = '', ...more] = text.split(',').map((name) => name.trim());
  if (first !== '' && second !== '' && first !== second && more.length === 0) return [first, second];
  throw new InvalidArgumentError('It must be two slots, such as race,class.');
}

/** The commands about the app's projects and their rows, word for word. */
export function addProjects(program: Command, perform: Perform): void {
  program
    .command('projects')
    .description('the projects of the app: what each holds, what it cost, when it was changed')
    .option('--json', JSON_HELP)
    .action((options) =>
      perform(options, async (context) => (await import('./commands/projects.ts')).projects(context)),
    );
  program
    .command('coverage')
    .description('how many rows each pair of values of two slots has, and how many of them are accepted')
    .requiredOption('--slots <a,b>', 'the slots: values of the first down, of the second across', twoSlots)
    .option('--template <file>', 'rows that `generate` and `run` made of this template')
    .option('--project <name>', 'rows of this project of the app; of the open one when absent')
    .option('--json', JSON_HELP)
    .action((options) =>
      perform(options, async (context) => (await import('./commands/coverage.ts')).coverage(context, options)),
    );
}
