import type { Command } from '@commander-js/extra-typings';
import type { Perform } from './context.ts';
import { JSON_HELP } from './options.ts';

/** The command about the app's projects, word for word. */
export function addProjects(program: Command, perform: Perform): void {
  program
    .command('projects')
    .description('the projects of the app: what each holds, what it cost, when it was changed')
    .option('--json', JSON_HELP)
    .action((options) =>
      perform(options, async (context) => (await import('./commands/projects.ts')).projects(context)),
    );
}
