import type { Command } from '@commander-js/extra-typings';
import type { Perform } from './context.ts';
import { connection, decimal, integer } from './options.ts';

/** Longer than any deployment is known to take that comes to answer at all. */
const DEPLOY_WAIT = 60;
const minutes = integer({ min: 1, max: 1440 });
const capacity = integer({ min: 1, max: 1_000_000 });
const wait = decimal({ above: 0, max: 1440 });

/** The commands about what is deployed, word for word. */
export function addDeployments(program: Command, perform: Perform): void {
  connection(program.command('deploy'))
    .description(
      'make a tuned model answer, where that takes a deployment: says what it costs, asks, waits for an answer',
    )
    .argument('<model-or-job>', 'a tuned model by its name, or the job that made it; at vLLM an adapter’s folder too')
    .option('--yes', 'agree to what it costs beforehand')
    .option('--idle-stop <min>', 'stop by itself after that many minutes without a call', minutes)
    .option('--accelerator <a>', 'what it is to run on, in the provider’s words')
    .option('--onto <deployment>', 'load it as an adapter onto a running deployment of its base (Fireworks)')
    .option('--subscription <id>', 'of the resource at Azure; else AZURE_SUBSCRIPTION_ID')
    .option('--resource-group <name>', 'of the resource at Azure; else AZURE_RESOURCE_GROUP')
    .option('--account <name>', 'of the resource at Azure; else AZURE_OPENAI_ACCOUNT, or as its host begins')
    .option('--sku <name>', 'Standard, GlobalStandard or DeveloperTier (Azure; Standard by itself)')
    .option('--capacity <n>', 'thousand tokens a minute (Azure; 50 by itself)', capacity)
    .option('--wait <min>', 'give it up after that many minutes without an answer', wait, DEPLOY_WAIT)
    .option('--undo', 'where it does not come to answer, take away what is there of it')
    .option('--download <dir>', 'deploy nothing: fetch its files into the folder, to be served elsewhere (Nebius)')
    .option('--force', 'replace files that the folder has already')
    .action((target, options) =>
      perform(options, async (context) =>
        options.download === undefined && options.force === undefined
          ? (await import('./commands/deploy.ts')).deploy(context, target, options)
          : (await import('./commands/download.ts')).download(context, target, options),
      ),
    );
  connection(program.command('undeploy'))
    .description('take a deployment away, which ends its bill; the tuned model stays')
    .argument('<deployment>', 'its name, the name it is chatted with, or the tuned model')
    .option('--yes', 'do not ask')
    .option('--wait <min>', 'give up after that many minutes', wait, DEPLOY_WAIT)
    .action((target, options) =>
      perform(options, async (context) => (await import('./commands/undeploy.ts')).undeploy(context, target, options)),
    );
  connection(program.command('deployments'))
    .description('what is deployed, how it stands, and what it cost so far; with --provider those of others there too')
    .action((options) =>
      perform(options, async (context) => (await import('./commands/deployments.ts')).deployments(context, options)),
    );
}
