import type { Tracker, TrackingPreferences } from '../../../src/app/runtime/tracking-ports.ts';
import { resolveTracking } from '../../../src/domain/tracking/resolve.ts';
import { NO_CHOICES, type TrackingChoices } from '../../../src/domain/tracking/settings.ts';
import {
  type TrackedRun,
  type TrackedState,
  TrackingError,
  type UploadedRun,
} from '../../../src/domain/tracking/types.ts';
import { resolveWandb } from '../../../src/domain/wandb/settings.ts';

/** Runs as a disk and a tracker would hold them. */
export class MemoryTracker implements Tracker {
  readonly written = new Map<string, TrackedRun>();
  readonly sent = new Map<string, TrackedRun>();
  /** How often each run was sent. */
  readonly uploads: { readonly runId: string; readonly overwrite: boolean }[] = [];
  /** What the next upload fails by. */
  failure: TrackingError | null = null;
  /** When given, an upload waits for it. */
  gate: Promise<void> | null = null;
  /** When given, a write waits for it. */
  writeGate: Promise<void> | null = null;
  /** Resolves with the first upload. */
  readonly begun = Promise.withResolvers<void>();

  async write(run: TrackedRun): Promise<TrackedState> {
    if (this.writeGate !== null) await this.writeGate;
    const before = this.written.get(run.id);
    if (JSON.stringify(before) !== JSON.stringify(run)) this.written.set(run.id, run);
    return this.need(run.id);
  }

  list(matching: (runId: string) => boolean = () => true): readonly TrackedState[] {
    return [...this.written.keys()].filter(matching).map((id) => this.need(id));
  }

  state(runId: string): TrackedState | null {
    const run = this.written.get(runId);
    if (run === undefined) return null;
    const sent = this.sent.get(runId);
    return {
      runId,
      own: true,
      ended: run.end !== null,
      jobType: run.jobType,
      name: run.name,
      folder: `/wandb/offline-run-${runId}`,
      startedAt: run.startedAt,
      entity: 'team',
      project: 'proj',
      sync: sent === undefined ? 'local' : sent === run && run.end !== null ? 'synced' : 'partial',
      url: sent === undefined ? null : `https://wandb.ai/team/proj/runs/${runId}`,
    };
  }

  async upload(runId: string, options: Parameters<Tracker['upload']>[1] = {}): Promise<UploadedRun> {
    this.uploads.push({ runId, overwrite: options.overwrite ?? false });
    options.onProgress?.({ what: 'history', sentBytes: 500, totalBytes: 1000, retryInMs: null });
    this.begun.resolve();
    if (this.gate !== null) await this.gate;
    options.signal?.throwIfAborted();
    if (this.failure !== null) throw this.failure;
    const run = this.written.get(runId);
    if (run === undefined) throw new TrackingError('broken-log', 'There is no such run here.', 'Write it first.');
    this.sent.set(runId, run);
    return { ...this.need(runId), notes: [] };
  }

  async account() {
    return { username: 'ada', entity: 'ada', teams: ['ada', 'team'] };
  }

  async statusOf(runId: string) {
    const run = this.sent.get(runId);
    return run === undefined ? null : { status: String(run.summary.status) };
  }

  private need(id: string): TrackedState {
    const state = this.state(id);
    if (state === null) throw new Error(`No run ${id}.`);
    return state;
  }
}

/** Choices in memory, beside an environment that can be given. */
export class MemoryTracking implements TrackingPreferences {
  key: string | null = 'k'.repeat(40);
  kept: TrackingChoices = NO_CHOICES;
  readonly env: Record<string, string | undefined>;

  constructor(env: Record<string, string | undefined> = {}) {
    this.env = env;
  }

  choices = (): TrackingChoices => this.kept;
  save = (choices: TrackingChoices): void => {
    this.kept = choices;
  };
  settings = (choices: TrackingChoices = this.kept) => resolveTracking(choices, this.env);
  wandb = () => resolveWandb(this.kept, this.env);
  keySource = () => (this.key === null ? 'none' : 'file');
  setKey = (key: string | null): void => {
    this.key = key;
  };
}
