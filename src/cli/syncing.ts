import { ProviderError } from '../domain/provider/errors.ts';
import { TrackingError } from '../domain/tracking/errors.ts';
import { runId as runIdOf } from '../domain/tracking/names.ts';
import type { TrackedState } from '../domain/tracking/types.ts';
import { TERMINAL_STATUSES, type TuningJob } from '../domain/training/types.ts';
import type { Provider } from '../operations/ports.ts';
import { gatherJob } from '../operations/tracking/job.ts';
import type { Connection } from './connect.ts';
import type { CommandContext, WandbOptions } from './context.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { plural } from './output/format.ts';
import { type Tracking, trackRun } from './tracking.ts';
import type { Workshop } from './workshop.ts';

type Result = 'synced' | 'written' | 'partly' | 'skipped' | 'failed';

/** Every job of the provider and every run on this machine that is not synced yet, or one of them. */
export class Syncing {
  private readonly context: CommandContext;
  private readonly workshop: Workshop;
  private readonly connection: Connection;
  private readonly tracking: Tracking;
  private readonly options: WandbOptions;
  private sends: boolean;
  private reached = false;
  private readonly counted: Record<Result, number> = { synced: 0, written: 0, partly: 0, skipped: 0, failed: 0 };

  constructor(
    context: CommandContext,
    workshop: Workshop,
    connection: Connection,
    tracking: Tracking,
    options: WandbOptions,
  ) {
    this.context = context;
    this.workshop = workshop;
    this.connection = connection;
    this.tracking = tracking;
    this.options = options;
    this.sends = tracking.sends;
  }

  async run(): Promise<ExitCode> {
    const { output, signal } = this.context;
    if (this.options.id === undefined) await this.all();
    else await this.named(this.options.id);
    this.tellSum();
    if (signal.aborted) output.note('Stopped. What is written stays; run it again to go on.');
    return this.counted.failed > 0 || signal.aborted ? EXIT.failure : EXIT.done;
  }

  /** Every job of the provider, then what else is written here. That one of them cannot be had does not stop the other. */
  private async all(): Promise<void> {
    const { signal } = this.context;
    const seen = new Set<string>();
    try {
      const provider = await this.connection.providers.connect(this.connection.profile.id, { signal });
      // The oldest first, as the official integration does: the newest data is then the latest version.
      for (const job of (await provider.jobs.list({ signal })).toReversed()) {
        if (signal.aborted) return;
        seen.add(runIdOf(job.id));
        await this.job(provider, job);
      }
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      this.fault(`The jobs of ${this.connection.profile.name} cannot be read: ${error.message}`);
    }
    await this.others(seen);
  }

  /** A job of the provider, or a run that is written here, whosever it is. */
  private async named(id: string): Promise<void> {
    const { signal } = this.context;
    const onDisk = this.tracking.tracker.state(runIdOf(id));
    if (onDisk !== null && onDisk.jobType !== 'fine-tune') return this.one(onDisk.runId, null);
    try {
      const provider = await this.connection.providers.connect(this.connection.profile.id, { signal });
      return await this.job(provider, await provider.jobs.retrieve(id, { signal }));
    } catch (error) {
      // A job of another provider, or of one that cannot be reached, is sent as it was written.
      if (onDisk === null || !(error instanceof ProviderError)) throw error;
    }
    const there = await this.whyThere(runIdOf(id));
    return there === null ? this.one(runIdOf(id), null) : this.passOver(id, there);
  }

  /** Whether W&B can be written to: asked before the first run and after a failure, not by every run with all its tries. */
  private async reach(): Promise<void> {
    if (!this.sends || this.reached) return;
    this.reached = true;
    try {
      await this.tracking.tracker.account({ signal: this.context.signal });
    } catch (error) {
      if (!(error instanceof TrackingError)) throw error;
      this.sends = false;
      this.fault(`${error.message} ${error.next} Runs are written here, and sent the next time.`);
    }
  }

  private fault(what: string): void {
    this.counted.failed += 1;
    this.context.output.record('problem', { what });
    this.context.output.note(`✗ ${what}`);
  }

  private async job(provider: Provider, job: TuningJob): Promise<void> {
    const id = runIdOf(job.id);
    const asked = this.options.id !== undefined;
    if (!TERMINAL_STATUSES.has(job.status) && !asked)
      return this.passOver(job.id, `it is ${job.status}; sync it when it has ended`);
    const there = await this.whyThere(id);
    if (there !== null) return this.passOver(job.id, there);
    const { deps } = this.workshop;
    const record = this.workshop.records.find(job.id);
    const wanted = {
      job,
      record,
      providerId: provider.id,
      projectName: record === null ? null : this.tracking.projectName(record.projectId),
      log: this.options.log ?? this.tracking.settings.log,
    };
    await this.one(id, (gathering) => gatherJob(deps, wanted, gathering));
  }

  /** Why a run need not be sent; null when it must be. What is known here is not asked for. */
  private async whyThere(id: string): Promise<string | null> {
    if (this.options.overwrite) return null;
    const known = this.tracking.tracker.state(id);
    if (known?.sync === 'synced' && this.isWhereItGoes(known)) return `already at ${known.url ?? known.project}`;
    if (known !== null && this.isWhereItGoes(known)) return null;
    await this.reach();
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

  private passOver(id: string, why: string): void {
    this.counted.skipped += 1;
    this.context.output.record('skipped', { run: id, why });
    this.context.output.line(`- ${id}: ${why}`);
  }

  /** Evaluations and datasets that are written here and not sent, and jobs of other providers. */
  private async others(seen: ReadonlySet<string>): Promise<void> {
    const { project, entity, overwrite } = this.options;
    for (const run of this.tracking.tracker.list().toReversed()) {
      if (this.context.signal.aborted || !this.sends) return;
      // What W&B's own client wrote it knows better how to send.
      if (!run.own) continue;
      // A run goes where its log says; one of another project than the one that is named is not meant.
      const meant = (project === undefined && entity === undefined) || this.isWhereItGoes(run);
      if (meant && !seen.has(run.runId) && (run.sync !== 'synced' || overwrite)) await this.one(run.runId, null);
    }
  }

  private async one(id: string, gather: Parameters<typeof trackRun>[3]): Promise<void> {
    await this.reach();
    const { sends } = this;
    const end = await trackRun(this.context, this.workshop, { tracker: this.tracking.tracker, sends }, gather, {
      runId: id,
      title: `Sync ${id}`,
      ...(this.options.overwrite === undefined ? {} : { overwrite: this.options.overwrite }),
    });
    const state = this.tracking.tracker.state(id);
    this.counted[end ? (sends ? resultOf(state) : 'written') : 'failed'] += 1;
    if (!end) this.reached = false;
  }

  private tellSum(): void {
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
