import { destinationOf } from '../../app/tracking/policy.ts';
import { RequestedSync, type SyncFace } from '../../app/tracking/requested-sync.ts';
import { dateAndTime, plural } from '../../domain/text/format.ts';
import type { TrackedState } from '../../domain/tracking/types.ts';
import { type CommandServices, openCommandServices } from '../command-services.ts';
import { type Connection, resolveConnection } from '../connect.ts';
import { type CommandContext, EXIT, type ExitCode, type TrackOptions, UsageError } from '../context.ts';
import type { Output } from '../output/output.ts';
import { columns } from '../output/text-layout.ts';
import { openTracking, type Tracking, trackRun } from '../tracking.ts';

type Result = 'synced' | 'written' | 'partly' | 'skipped' | 'failed';
type Counts = Record<Result, number>;

/** `track sync`: prints and counts what becomes of each run. */
async function sync(
  context: CommandContext,
  services: CommandServices,
  { providers, profile }: Connection,
  tracking: Tracking,
  options: TrackOptions,
): Promise<ExitCode> {
  const { output, signal } = context;
  const { tracker, settings, upload, projectName } = tracking;
  const counts: Counts = { synced: 0, written: 0, partly: 0, skipped: 0, failed: 0 };
  const face: SyncFace = {
    async sync({ runId, gather, upload: sent }) {
      const done = await trackRun(context, services, { tracker, upload: sent }, gather, {
        runId,
        title: `Sync ${runId}`,
        ...(options.overwrite === undefined ? {} : { overwrite: options.overwrite }),
      });
      const result = sent === 'send' ? resultOf(tracker.state(runId)) : 'written';
      counts[done ? result : 'failed'] += 1;
      return done;
    },
    skipped(id, why) {
      counts.skipped += 1;
      output.record('skipped', { run: id, why });
      output.line(`- ${id}: ${why}`);
    },
    failed(what) {
      counts.failed += 1;
      output.record('problem', { what });
      output.note(`✗ ${what}`);
    },
  };
  const provider = {
    name: profile.name,
    connect: (callOptions: { readonly signal: AbortSignal }) => providers.connect(profile.id, callOptions),
  };
  const deps = { ...services.deps, tracker };
  const parts = { deps, records: services.records, tracker, settings, upload, provider, projectName };
  await new RequestedSync(parts, options, face, signal).run();
  printSummary(output, counts);
  if (counts.written > 0 && upload === 'write') output.line(tracking.whyNotSent);
  if (signal.aborted) output.note('Stopped. What is written stays; run it again to go on.');
  return counts.failed > 0 || signal.aborted ? EXIT.failure : EXIT.done;
}

function printSummary(output: Output, counts: Counts): void {
  const { synced, written, partly, skipped, failed } = counts;
  output.record('synced', { ...counts });
  const parts = [
    `${plural(synced, 'run')} synced`,
    ...(partly > 0 ? [`${partly} sent in part, for the job goes on`] : []),
    ...(written > 0 ? [`${written} written here only`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  output.line(parts.join(', '));
}

const resultOf = (state: TrackedState | null): Result =>
  state === null ? 'failed' : state.sync === 'synced' ? 'synced' : state.sync === 'partial' ? 'partly' : 'written';

/** `track [sync|list|test]`, and `wandb`, which is the same of W&B whatever was chosen. */
export async function track(context: CommandContext, action: string, options: TrackOptions): Promise<ExitCode> {
  const connection = resolveConnection(context, options);
  await using services = openCommandServices(connection);
  const tracking = openTracking(context, connection, options);
  if (action === 'list') return list(context, tracking);
  if (action === 'test') return await test(context, tracking);
  if (tracking.settings.mode === 'disabled') {
    throw new UsageError('tracking is disabled in Settings, or for W&B by WANDB_MODE; choose offline or online');
  }
  // Awaited here: the services are closed at the end of this block.
  return await sync(context, services, connection, tracking, options);
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
      dateAndTime(run.startedAt / 1000),
      run.url ?? run.folder,
    ]);
    for (const line of columns([['run', 'type', 'state', 'started', 'where'], ...rows])) output.line(line);
  }
  return EXIT.done;
}

async function test({ output, signal }: CommandContext, { tracker, settings, keySource }: Tracking): Promise<ExitCode> {
  const account = await tracker.account({ signal });
  const { username, entity, teams } = account;
  const { tracker: kind, project, baseUrl } = settings;
  const to = kind === 'wandb' ? `${destinationOf(settings, account) ?? '(no entity)'}/${project}` : project;
  output.record('account', { tracker: kind, username, entity, teams, keySource, baseUrl, runsGoTo: to });
  const whose = username === null ? `${baseUrl} answers.` : `The key (${keySource}) is ${username}'s at ${baseUrl}.`;
  output.line(`${whose} Runs go to ${to}.`);
  if (teams.length > 0) output.line(`Teams: ${teams.join(', ')}`);
  return EXIT.done;
}
