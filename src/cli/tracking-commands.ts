import { Argument, type Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { findExperimentProblem } from '../domain/mlflow/settings.ts';
import { TRACKER_KINDS } from '../domain/tracking/trackers.ts';
import type { Perform } from './context.ts';
import { connection, trackingName } from './options.ts';

/** What both commands take. */
const common = (command: Command) =>
  connection(command)
    .addArgument(
      new Argument('[action]', 'sync what is not there yet; list the runs; test the key')
        .choices(['sync', 'list', 'test'])
        .default('sync'),
    )
    .option('--id <id>', 'one job, or one run of the list')
    .option('--overwrite', 'send again what is there')
    .option('--log', 'the text of a job’s events goes along as the run’s log');

/** `wandb` is `track` of W&B, whatever was chosen. */
export function addTracking(program: Command, perform: Perform): void {
  common(program.command('track').description('track jobs and evaluations in W&B or MLflow'))
    .addOption(new Option('--tracker <t>', 'LUTHIER_TRACKER or the settings when absent').choices(TRACKER_KINDS))
    .option('--project <p>', 'W&B’s project or MLflow’s experiment; the environment or the settings when absent', place)
    .action((action, options) =>
      perform(options, async (context) => (await import('./commands/track.ts')).track(context, action, options)),
    );
  common(program.command('wandb').description('track jobs and evaluations in Weights & Biases'))
    .option('--project <p>', 'WANDB_PROJECT or the settings when absent', trackingName('project'))
    .option('--entity <e>', 'user or team; WANDB_ENTITY or the account’s own when absent', trackingName('entity'))
    .action((action, options) =>
      perform(options, async (context) =>
        (await import('./commands/track.ts')).track(context, action, { ...options, tracker: 'wandb' }),
      ),
    );
}

/** What W&B refuses besides is refused when a run is written. */
function place(value: string): string {
  const problem = value.trim() === '' ? 'It has a name.' : findExperimentProblem(value);
  if (problem !== null) throw new InvalidArgumentError(problem);
  return value.trim();
}
