import { ProviderError } from '../../domain/provider/provider.ts';
import type { TrackingSettings } from '../../domain/tracking/settings.ts';
import { TrackingError } from '../../domain/tracking/types.ts';
import type { JobRecord, TuningJob } from '../../domain/training/types.ts';
import { runId as runIdOf } from '../../domain/wandb/names.ts';
import type { JobFinder, Provider } from '../runtime/ports.ts';
import type { Tracker } from '../runtime/tracking-ports.ts';
import { gatherJob } from './gather.ts';
import { goesWhere, hasEnded, type Upload, unsentRuns } from './policy.ts';
import type { SyncRequest, TrackingDeps } from './sync.ts';

export interface SyncOptions {
  /** One job or run; every one when absent. */
  readonly id?: string | undefined;
  /** Named for this request: of the other runs on disk only those that go there are meant. */
  readonly project?: string | undefined;
  readonly entity?: string | undefined;
  readonly overwrite?: boolean | undefined;
  /** Instead of the settings'. */
  readonly log?: boolean | undefined;
}

/** What shows a person how the request goes. */
export interface SyncFace {
  /** Carries out one run and resolves with whether it went well. */
  sync(run: Pick<SyncRequest, 'runId' | 'gather' | 'upload'>): Promise<boolean>;
  skipped(id: string, why: string): void;
  /** Something could not be read or reached; the rest goes on. */
  failed(what: string): void;
}

export interface RequestedSyncParts {
  readonly deps: TrackingDeps;
  readonly records: JobFinder;
  readonly tracker: Tracker;
  readonly settings: TrackingSettings;
  readonly upload: Upload;
  readonly provider: {
    readonly name: string;
    connect(options: { readonly signal: AbortSignal }): Promise<Provider>;
  };
  /** Of a project of the app; null for another. */
  projectName(id: string): string | null;
}

/** Every job of the provider and every run on this machine that is not synced yet, or one of them. */
export class RequestedSync {
  private readonly parts: RequestedSyncParts;
  private readonly options: SyncOptions;
  private readonly face: SyncFace;
  private readonly signal: AbortSignal;
  private upload: Upload;
  private reached = false;

  constructor(parts: RequestedSyncParts, options: SyncOptions, face: SyncFace, signal: AbortSignal) {
    this.parts = parts;
    this.options = options;
    this.face = face;
    this.signal = signal;
    this.upload = parts.upload;
  }

  /** Stops between two runs when the signal aborts. */
  run(): Promise<void> {
    return this.options.id === undefined ? this.syncAll() : this.syncNamed(this.options.id);
  }

  /** Every job of the provider, then what else is written here. A fault in one of the two does not stop the other. */
  private async syncAll(): Promise<void> {
    const { signal } = this;
    const seen = new Set<string>();
    try {
      const provider = await this.parts.provider.connect({ signal });
      // The oldest first, as the official integration does: the newest data is then the latest version.
      for (const job of (await provider.jobs.list({ signal })).toReversed()) {
        if (signal.aborted) return;
        seen.add(runIdOf(job.id));
        await this.syncJob(provider, job);
      }
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      this.face.failed(`The jobs of ${this.parts.provider.name} cannot be read: ${error.message}`);
    }
    await this.syncOthers(seen);
  }

  /** A job of the provider, or a run that is written here, whosever it is. */
  private async syncNamed(id: string): Promise<void> {
    const { signal } = this;
    const onDisk = this.parts.tracker.state(runIdOf(id));
    if (onDisk !== null && onDisk.jobType !== 'fine-tune') return this.sync(onDisk.runId, null);
    try {
      const provider = await this.parts.provider.connect({ signal });
      return await this.syncJob(provider, await provider.jobs.retrieve(id, { signal }));
    } catch (error) {
      // A job of another provider, or of one that cannot be reached, is sent as it was written.
      if (onDisk === null || !(error instanceof ProviderError)) throw error;
    }
    const why = await this.whySkipped(runIdOf(id));
    return why === null ? this.sync(runIdOf(id), null) : this.face.skipped(id, why);
  }

  private async syncJob(provider: Provider, job: TuningJob): Promise<void> {
    const id = runIdOf(job.id);
    if (!hasEnded(job) && this.options.id === undefined)
      return this.face.skipped(job.id, `it is ${job.status}; sync it when it has ended`);
    const why = await this.whySkipped(id);
    if (why !== null) return this.face.skipped(job.id, why);
    const { deps, records, settings } = this.parts;
    const record: JobRecord | null = records.find(job.id);
    const wanted = {
      job,
      record,
      providerId: provider.id,
      projectName: record === null ? null : this.parts.projectName(record.projectId),
      log: this.options.log ?? settings.log,
    };
    await this.sync(id, (gathering) => gatherJob(deps, wanted, gathering));
  }

  /** Evaluations and datasets that are written here and not sent, and jobs of other providers. */
  private async syncOthers(except: ReadonlySet<string>): Promise<void> {
    const { tracker, settings } = this.parts;
    const { project, entity, overwrite } = this.options;
    const isNamed = project !== undefined || entity !== undefined;
    const runs = unsentRuns(tracker.list().toReversed(), { requested: true, except, overwrite });
    for (const run of runs) {
      if (this.signal.aborted || this.upload === 'write') return;
      // A run goes where its log says; one of another project than the one that is named is not meant.
      if (!isNamed || goesWhere(settings, run)) await this.sync(run.runId, null);
    }
  }

  /** Why a run need not be sent; null when it must be. The tracker is queried only for what is not known here. */
  private async whySkipped(id: string): Promise<string | null> {
    if (this.options.overwrite) return null;
    const { tracker, settings } = this.parts;
    const known = tracker.state(id);
    if (known !== null && goesWhere(settings, known))
      return known.sync === 'synced' ? `already at ${known.url ?? known.project}` : null;
    await this.checkReachable();
    if (this.upload === 'write') return null;
    try {
      const found = await tracker.statusOf(id, { signal: this.signal });
      return found?.status === 'succeeded' ? 'already there, logged by another client' : null;
    } catch {
      // The upload will meet the same fault and say it with its own words.
      return null;
    }
  }

  /** Whether W&B can be written to: tried before the first run and after a failure, not by every run with all its tries. */
  private async checkReachable(): Promise<void> {
    if (this.upload === 'write' || this.reached) return;
    this.reached = true;
    try {
      await this.parts.tracker.account({ signal: this.signal });
    } catch (error) {
      if (!(error instanceof TrackingError)) throw error;
      this.upload = 'write';
      this.face.failed(`${error.message} ${error.next} Runs are written here, and sent the next time.`);
    }
  }

  private async sync(runId: string, gather: SyncRequest['gather']): Promise<void> {
    await this.checkReachable();
    const done = await this.face.sync({ runId, gather, upload: this.upload });
    if (!done) this.reached = false;
  }
}
