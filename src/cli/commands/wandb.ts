import type { Provider } from '../../app/runtime/ports.ts';
import { gatherJob } from '../../app/tracking/gather.ts';
import { ProviderError } from '../../domain/provider/provider.ts';
import { type TrackedState, TrackingError } from '../../domain/tracking/types.ts';
import { TERMINAL_STATUSES, type TuningJob } from '../../domain/training/types.ts';
import { runId as runIdOf } from '../../domain/wandb/names.ts';
import { type CommandServices, openCommandServices } from '../command-services.ts';
import { type Connection, resolveConnection } from '../connect.ts';
import { type CommandContext, EXIT, type ExitCode, UsageError, type WandbOptions } from '../context.ts';
import { plural, when } from '../output/format.ts';
import { columns } from '../output/text-layout.ts';
import { openTracking, type Tracking, trackRun } from '../tracking.ts';

type Result = 'synced' | 'written' | 'partly' | 'skipped' | 'failed';

/** Every job of the provider and every run on this machine that is not synced yet, or one of them. */
class WandbSync {
  private readonly context: CommandContext;
  private readonly services: CommandServices;
  private readonly connection: Connection;
  private readonly tracking: Tracking;
  private readonly options: WandbOptions;
  private sends: boolean;
  private reached = false;
  private readonly counted: Record<Result, number> = { synced: 0, written: 0, partly: 0, skipped: 0, failed: 0 };

  constructor(
    context: CommandContext,
    workshop: CommandServices,
    connection: Connection,
    tracking: Tracking,
    options: WandbOptions,
  ) {
    this.context = context;
    this.services = workshop;
    this.connection = connection;
    this.tracking = tracking;
    this.options = options;
    this.sends = tracking.sends;
  }

  async run(): Promise<ExitCode> {
    const { output, signal } = this.context;
    if (this.options.id === undefined) await this.syncAll();
    else await this.syncNamed(this.options.id);
    this.printSummary();
    if (signal.aborted) output.note('Stopped. What is written stays; run it again to go on.');
    return this.counted.failed > 0 || signal.aborted ? EXIT.failure : EXIT.done;
  }

  /** Every job of the provider, then what else is written here. That one of them cannot be had does not stop the other. */
  private async syncAll(): Promise<void> {
    const { signal } = this.context;
    const seen = new Set<string>();
    try {
      const provider = await this.connection.providers.connect(this.connection.profile.id, { signal });
      // The oldest first, as the official integration does: the newest data is then the latest version.
      for (const syncJob of (await provider.jobs.list({ signal })).toReversed()) {
        if (signal.aborted) return;
        seen.add(runIdOf(syncJob.id));
        await this.job(provider, syncJob);
      }
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      this.printFault(`The jobs of ${this.connection.profile.name} cannot be read: ${error.message}`);
    }
    await this.syncOthers(seen);
  }

  /** A job of the provider, or a run that is written here, whosever it is. */
  private async syncNamed(id: string): Promise<void> {
    const { signal } = this.context;
    const onDisk = this.tracking.tracker.state(runIdOf(id));
    if (onDisk !== null && onDisk.jobType !== 'fine-tune') return this.syncRun(onDisk.runId, null);
    try {
      const provider = await this.connection.providers.connect(this.connection.profile.id, { signal });
      return await this.job(provider, await provider.jobs.retrieve(id, { signal }));
    } catch (error) {
      // A job of another provider, or of one that cannot be reached, is sent as it was written.
      if (onDisk === null || !(error instanceof ProviderError)) throw error;
    }
    const there = await this.whySkipped(runIdOf(id));
    return there === null ? this.syncRun(runIdOf(id), null) : this.skip(id, there);
  }

  /** Whether W&B can be written to: asked before the first run and after a failure, not by every run with all its tries. */
  private async checkReachable(): Promise<void> {
    if (!this.sends || this.reached) return;
    this.reached = true;
    try {
      await this.tracking.tracker.account({ signal: this.context.signal });
    } catch (error) {
      if (!(error instanceof TrackingError)) throw error;
      this.sends = false;
      this.printFault(`${error.message} ${error.next} Runs are written here, and sent the next time.`);
    }
  }

  private printFault(what: string): void {
    this.counted.failed += 1;
    this.context.output.record('problem', { what });
    this.context.output.note(`✗ ${what}`);
  }

  private async job(provider: Provider, job: TuningJob): Promise<void> {
    const id = runIdOf(job.id);
    const asked = this.options.id !== undefined;
    if (!TERMINAL_STATUSES.has(job.status) && !asked)
      return this.skip(job.id, `it is ${job.status}; sync it when it has ended`);
    const there = await this.whySkipped(id);
    if (there !== null) return this.skip(job.id, there);
    const { deps } = this.services;
    const record = this.services.records.find(job.id);
    const wanted = {
      job,
      record,
      providerId: provider.id,
      projectName: record === null ? null : this.tracking.projectName(record.projectId),
      log: this.options.log ?? this.tracking.settings.log,
    };
    await this.syncRun(id, (gathering) => gatherJob(deps, wanted, gathering));
  }

  /** Why a run need not be sent; null when it must be. What is known here is not asked for. */
  private async whySkipped(id: string): Promise<string | null> {
    if (this.options.overwrite) return null;
    const known = this.tracking.tracker.state(id);
    if (known?.sync === 'synced' && this.isWhereItGoes(known)) return `already at ${known.url ?? known.project}`;
    if (known !== null && this.isWhereItGoes(known)) return null;
    await this.checkReachable();
    if (!this.sends) return null;
    try {
      const found = await this.tracking.tracker.statusOf(id, { signal: this.context.signal });
      return found?.status === 'succeeded' ? 'already there, logged by another client' : null;
    } catch {
      // The upload will meet the same fault and say it with its own words.
      return null;
    }
  }

  /** Whether a run on disk is of the project and entity that are meant now. */
  private isWhereItGoes({ project, entity }: TrackedState): boolean {
    const { settings } = this.tracking;
    return project === settings.project && (settings.entity === null || entity === settings.entity);
  }

  private skip(id: string, why: string): void {
    this.counted.skipped += 1;
    this.context.output.record('skipped', { run: id, why });
    this.context.output.line(`- ${id}: ${why}`);
  }

  /** Evaluations and datasets that are written here and not sent, and jobs of other providers. */
  private async syncOthers(seen: ReadonlySet<string>): Promise<void> {
    const { project, entity, overwrite } = this.options;
    for (const run of this.tracking.tracker.list().toReversed()) {
      if (this.context.signal.aborted || !this.sends) return;
      // What W&B's own client wrote it knows better how to send.
      if (!run.own) continue;
      // A run goes where its log says; one of another project than the one that is named is not meant.
      const meant = (project === undefined && entity === undefined) || this.isWhereItGoes(run);
      if (meant && !seen.has(run.runId) && (run.sync !== 'synced' || overwrite)) await this.syncRun(run.runId, null);
    }
  }

  private async syncRun(id: string, gather: Parameters<typeof trackRun>[3]): Promise<void> {
    await this.checkReachable();
    const { sends } = this;
    const end = await trackRun(this.context, this.services, { tracker: this.tracking.tracker, sends }, gather, {
      runId: id,
      title: `Sync ${id}`,
      ...(this.options.overwrite === undefined ? {} : { overwrite: this.options.overwrite }),
    });
    const state = this.tracking.tracker.state(id);
    this.counted[end ? (sends ? resultOf(state) : 'written') : 'failed'] += 1;
    if (!end) this.reached = false;
  }

  private printSummary(): void {
    const { output } = this.context;
    const { synced, written, partly, skipped, failed } = this.counted;
    output.record('synced', { ...this.counted });
    const parts = [
      `${plural(synced, 'run')} synced`,
      ...(partly > 0 ? [`${partly} sent in part, for the job goes on`] : []),
      ...(written > 0 ? [`${written} written here only`] : []),
      ...(skipped > 0 ? [`${skipped} skipped`] : []),
      ...(failed > 0 ? [`${failed} failed`] : []),
    ];
    output.line(parts.join(', '));
    if (written > 0 && !this.tracking.sends) output.line(this.tracking.whyNotSent);
  }
}

const resultOf = (state: TrackedState | null): Result =>
  state === null ? 'failed' : state.sync === 'synced' ? 'synced' : state.sync === 'partial' ? 'partly' : 'written';

/** `wandb [sync|list|test]`. */
export async function wandb(context: CommandContext, action: string, options: WandbOptions): Promise<ExitCode> {
  const connection = await resolveConnection(context, options);
  await using workshop = openCommandServices(connection);
  const tracking = await openTracking(context, connection, options);
  if (action === 'list') return list(context, tracking);
  if (action === 'test') return await test(context, tracking);
  if (tracking.settings.mode === 'disabled') {
    throw new UsageError('tracking is disabled (WANDB_MODE or Settings); set WANDB_MODE=offline or online');
  }
  // Awaited here: the workshop is taken apart at the end of this block.
  return await new WandbSync(context, workshop, connection, tracking, options).run();
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
