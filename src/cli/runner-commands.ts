import { Argument, type Command, Option } from '@commander-js/extra-typings';
import { BOUNDS } from '../domain/training/job-settings.ts';
import type { Perform } from './context.ts';
import { decimal, integer, JSON_HELP, seed, several, text } from './options.ts';

const LAUNCHERS = ['torchrun', 'slurm', 'skypilot'] as const;
const count = integer({ min: 1, max: 1024 });

/** The command about the Python of real weights and jobs that run elsewhere, word for word. */
export function addRunner(program: Command, perform: Perform): void {
  program
    .command('runner')
    .description(
      'the Python that trains and serves real weights: how it stands (exit 1 when it cannot run), install, remove; jobs that run where Luthier is not: script, import',
    )
    .addArgument(
      new Argument('[action]').choices(['status', 'install', 'remove', 'script', 'import']).default('status'),
    )
    .argument('[what]', 'script: a job of the engine, or a training file; import: the folder, brought back')
    .option('--cpu', 'install PyTorch without CUDA, 0.3 GB in the place of 3')
    .option('--yes', 'do not ask')
    .addOption(new Option('--for <launcher>', 'of script: what starts it').choices(LAUNCHERS))
    .option('--out <dir>', 'of script: the folder to write')
    .option('--force', 'of script: replace a script that was not run')
    .option('--processes <n>', 'of script: on each machine, one for each GPU; 1', count)
    .option('--nodes <n>', 'of script: machines; 1', count)
    .option('--base <folder>', 'of script and import: the folder of a base; may be given again', several)
    .option('--model <base>', 'of script with a file: the base that is tuned')
    .option('--validation <file>', 'of script with a file: rows that are measured and not learned')
    .addOption(new Option('--method <method>', 'of script with a file').choices(['supervised', 'dpo']))
    .option('--beta <b>', 'of DPO', decimal(BOUNDS.beta))
    .option('--epochs <n>', 'of script with a file', integer(BOUNDS.nEpochs))
    .option('--batch-size <n>', 'rows a step, shared by all processes', integer(BOUNDS.batchSize))
    .option('--learning-rate-multiplier <x>', 'of the automatic rate', decimal({ above: 0 }))
    .option('--learning-rate <x>', 'the rate itself', decimal({ above: 0 }))
    .option('--rank <n>', 'of the LoRA adapter', integer({ min: 1, max: 1024 }))
    .option('--full', 'train all weights')
    .option('--suffix <s>', 'part of the tuned model’s name', text(BOUNDS.suffixLength))
    .option('--seed <n>', 'the same seed trains the same', seed)
    .option('--json', JSON_HELP)
    .action((action, what, options) =>
      perform(options, async (context) =>
        (await import('./commands/runner.ts')).runner(context, action, what, options),
      ),
    );
}
