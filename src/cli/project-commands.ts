import { type Command, InvalidArgumentError } from '@commander-js/extra-typings';
import type { Perform } from './context.ts';
import { connection, decimal, integer, JSON_HELP } from './options.ts';

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
  connection(program.command('savings'))
    .description(
      'what the student prompt saves at each call against the teacher prompt, and when a job has paid for itself',
    )
    .requiredOption('--template <file>', 'a template, YAML or JSON')
    .option('--teacher <model>', 'the model that is asked with the long prompt')
    .option('--model <model>', 'the model that is tuned')
    .option('--max-tokens <n>', 'length of an answer where no row says it', integer({ min: 1 }))
    .option(
      '--job-cost <usd>',
      'what the job cost; worked out from the rows of the template when absent',
      decimal({ min: 0 }),
    )
    .action((options) =>
      perform(options, async (context) => (await import('./commands/savings.ts')).savings(context, options)),
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
