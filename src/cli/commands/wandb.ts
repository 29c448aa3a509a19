import { resolveConnection } from '../connect.ts';
import type { CommandContext, WandbOptions } from '../context.ts';
import { EXIT, type ExitCode, UsageError } from '../exit.ts';
import { columns } from '../output/columns.ts';
import { when } from '../output/format.ts';
import { Syncing } from '../syncing.ts';
import { openTracking, type Tracking } from '../tracking.ts';
import { openWorkshop } from '../workshop.ts';

/** `wandb [sync|list|test]`. */
export async function wandb(context: CommandContext, action: string, options: WandbOptions): Promise<ExitCode> {
  const connection = await resolveConnection(context, options);
  await using workshop = openWorkshop(connection);
  const tracking = await openTracking(context, connection, options);
  if (action === 'list') return list(context, tracking);
  if (action === 'test') return await test(context, tracking);
  if (tracking.settings.mode === 'disabled') {
    throw new UsageError('tracking is disabled (WANDB_MODE or Settings); set WANDB_MODE=offline or online');
  }
  // Awaited here: the workshop is taken apart at the end of this block.
  return await new Syncing(context, workshop, connection, tracking, options).run();
}

function list({ output }: CommandContext, { tracker }: Tracking): ExitCode {
  const runs = tracker.list();
  for (const run of runs) output.record('run', { ...run });
  if (runs.length === 0) output.line('No run is written here yet.');
  else {
    const rows = runs.map((run) => [
      run.runId,
      run.jobType,
      run.sync,
      when(run.startedAt / 1000),
      run.url ?? run.folder,
    ]);
    for (const line of columns([['run', 'type', 'state', 'started', 'where'], ...rows])) output.line(line);
  }
  return EXIT.done;
}

async function test({ output, signal }: CommandContext, { tracker, settings, keySource }: Tracking): Promise<ExitCode> {
  const { username, entity, teams } = await tracker.account({ signal });
  const to = `${settings.entity ?? entity ?? '(no entity)'}/${settings.project}`;
  output.record('account', { username, entity, teams, keySource, baseUrl: settings.baseUrl, runsGoTo: to });
  output.line(`The key (${keySource}) is ${username}'s at ${settings.baseUrl}. Runs go to ${to}.`);
  if (teams.length > 0) output.line(`Teams: ${teams.join(', ')}`);
  return EXIT.done;
}
