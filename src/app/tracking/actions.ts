import type { Evaluation } from '../../domain/evaluation/types.ts';
import { datasetRunPrefix, isDatasetRun } from '../../domain/tracking/dataset-run.ts';
import type { TrackingSettings } from '../../domain/tracking/settings.ts';
import type { TrackedState } from '../../domain/tracking/types.ts';
import type { JobRecord } from '../../domain/training/types.ts';
import { runId } from '../../domain/wandb/names.ts';
import type { WorkbenchContext } from '../core/context.ts';
import type { ReadPairs } from '../dataset/actions.ts';
import { createLiveRuns } from './live-runs.ts';
import { automaticUpload, hasEnded, requestedUpload, unsentCause } from './policy.ts';
import { toResume } from './resume.ts';
import { createRunRequests, type RunRequest, type Trackable } from './run-requests.ts';
import { type SyncRequest, startSync } from './sync.ts';

export interface TrackingActions {
  /** What is written and sent of it, of a dataset its newest version; null before anything is. The topic `tracking` says when it may stand otherwise. */
  state(what: Trackable): TrackedState | null;
  /** Why it cannot be synced now, for a binding; null when it can. */
  whyNot(what: Trackable): string | null;
  /**
   * Writes its offline run and sends it, as a `sync` operation. Without a key it is written all the same, and the
   * notice at the end says so.
   */
  sync(what: Trackable, options?: { readonly overwrite?: boolean }): void;
}

export interface Tracking {
  readonly actions: TrackingActions;
  /** Something of the job is newly on disk. */
  jobChanged(record: JobRecord): void;
  /** The job is watched no longer: everything it said is on disk. */
  jobEnded(record: JobRecord): void;
  evaluationEnded(evaluation: Evaluation): void;
  /** Goes on with what the app's last end broke off. */
  resume(): void;
  /** Other settings hold from now on. */
  settingsChanged(): void;
  /** Lets what is being written on this machine come to its end. */
  close(): Promise<void>;
}

/** How long the app's end waits for what is being written; reading a job's files may take a network. */
const CLOSE_MS = 3_000;
const KEPT = 'The job, its rows and its answers are on disk as they were.';

export function createTracking(context: WorkbenchContext, pairs: ReadPairs): Tracking {
  const { tracker, tracking, clock } = context.deps;
  const deps = { ...context.operations, tracker };
  const requests = createRunRequests(context, deps, pairs);
  /** What is written or sent now, by run; the last that was begun. */
  const running = new Map<string, Promise<unknown>>();
  /** What is not on disk yet. */
  const writing = new Set<Promise<unknown>>();
  let closed = false;
  let drawn: { readonly version: number; readonly settings: TrackingSettings } | null = null;

  const changed = (): void => context.reads.invalidate('tracking');
  const live = createLiveRuns(context, requests, changed);

  /** Resolves when it has ended. */
  function start(request: Omit<SyncRequest, 'upload'>, upload: SyncRequest['upload']): Promise<void> {
    const handle = startSync(deps, { ...request, upload });
    writing.add(handle.written);
    void handle.written.then(() => writing.delete(handle.written));
    const finished = handle.finished.then(({ status, receipt }) => {
      if (running.get(request.runId) === finished) running.delete(request.runId);
      changed();
      const unsent = request.asked && upload === 'write' && status === 'succeeded';
      if (unsent) context.note(`${UNSENT[unsentCause(tracking.settings())]} ${receipt?.summary ?? ''}`);
    });
    running.set(request.runId, finished);
    changed();
    return finished;
  }

  /**
   * Without a request: written when it has ended, and sent where that was chosen. Begins after what is under way, which
   * may have read the run before its end.
   */
  async function startAutomatically(projectId: string, request: RunRequest): Promise<void> {
    for (let before = running.get(request.runId); before !== undefined; before = running.get(request.runId))
      await before;
    const begun = await context.attempt(KEPT, () => {
      if (closed) return;
      const upload = automaticUpload(tracking.settings(), () => tracking.keySource());
      if (upload === null) return;
      return start({ ...request, projectId, asked: false }, upload);
    });
    if (!begun.ok) context.problem(begun.problem);
  }

  /** One after the other: a job's files are in memory while its run is written. */
  async function resume(): Promise<void> {
    const found = await context.attempt('The runs are on disk as they were.', () => toResume(context, requests));
    if (!found.ok) context.problem(found.problem);
    for (const { projectId, request } of found.ok ? found.value : []) await startAutomatically(projectId, request);
  }

  /** A screen asks with each frame, and settings are a file. */
  function settingsDrawn(): TrackingSettings {
    const version = context.reads.version(['tracking']);
    if (drawn?.version !== version) drawn = { version, settings: tracking.settings() };
    return drawn.settings;
  }

  function isLive(what: Trackable): boolean {
    if (what.kind !== 'dataset') return running.has(runId(what.id));
    const { name } = context.project();
    return running.has(datasetRunPrefix(name));
  }

  /** A screen asks while it draws: what cannot be read is not there. */
  function stateOf(what: Trackable): TrackedState | null {
    if (what.kind !== 'dataset') return tracker.state(runId(what.id));
    const { name } = context.project();
    return tracker.list((id) => isDatasetRun(id, name))[0] ?? null;
  }

  return {
    settingsChanged() {
      live.settingsChanged();
      changed();
    },
    actions: {
      state: stateOf,
      whyNot(what) {
        const { mode, problems } = settingsDrawn();
        if (mode === 'disabled') return 'tracking is disabled: Settings (8)';
        if (problems[0] !== undefined) return problems[0];
        if (isLive(what)) return 'it is being synced';
        return what.kind === 'dataset' && context.store.getState().counts.total === 0 ? 'there are no rows' : null;
      },
      sync(what, options = {}) {
        context.guard(KEPT, () => {
          const request = requests.of(what);
          if (request === null) {
            context.note('It is gone; there is nothing to sync.');
            return;
          }
          const upload = requestedUpload(tracking.settings(), () => tracking.keySource());
          void start({ ...request, ...options, projectId: context.project().id, asked: true }, upload);
        });
      },
    },
    jobChanged: (record) => live.changed(record),
    jobEnded(record) {
      if (!hasEnded(record.job)) return;
      void live.stop(record.job.id).then(() => startAutomatically(record.projectId, requests.ofJob(record)));
    },
    evaluationEnded: (evaluation) => void startAutomatically(evaluation.projectId, requests.ofEvaluation(evaluation)),
    resume: () => void resume(),
    async close() {
      live.close();
      closed = true;
      if (writing.size === 0) return;
      const enough = new AbortController();
      const late = clock.sleep(CLOSE_MS, enough.signal).catch(() => {});
      await Promise.race([Promise.all(writing), late]);
      enough.abort();
    },
  };
}

const UNSENT: Readonly<Record<ReturnType<typeof unsentCause>, string>> = {
  offline: 'WANDB_MODE is offline, so it was not sent.',
  'no-key': 'No W&B key is known (Settings, 8), so it was not sent.',
};
