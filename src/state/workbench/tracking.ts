import type { Evaluation } from '../../domain/evaluation/types.ts';
import { datasetRunPrefix, isDatasetRun } from '../../domain/tracking/datasetRun.ts';
import { runId } from '../../domain/tracking/names.ts';
import type { TrackedState } from '../../domain/tracking/types.ts';
import { type JobRecord, TERMINAL_STATUSES } from '../../domain/training/types.ts';
import type { OperationSnapshot } from '../../operations/channel/types.ts';
import { type SyncRequest, startSync } from '../../operations/tracking/sync.ts';
import type { Core } from './core.ts';
import { createLiveRuns } from './liveRuns.ts';
import { createRunRequests, type RunRequest } from './trackingRequests.ts';
import type { Trackable, TrackingActions } from './trackingTypes.ts';

export interface Tracking {
  readonly actions: TrackingActions;
  /** Something of the job is newly on disk. */
  jobChanged(record: JobRecord): void;
  /** The job is watched no longer: everything it said is on disk. */
  jobEnded(record: JobRecord): void;
  evaluationEnded(evaluation: Evaluation): void;
  /** Goes on with what the app's last end broke off. */
  resume(): void;
  /** Lets the screens read again. */
  changed(): void;
  /** Lets what is being written on this machine come to its end. */
  close(): Promise<void>;
}

const NO_KEY = 'No W&B key is known (Settings, 8), so it was not sent.';
/** A job that ended longer ago is not tracked unasked any more. */
const RECENT_MS = 24 * 3_600_000;
/** How long the app's end waits for what is being written; reading a job's files may take a network. */
const CLOSE_MS = 3_000;

export function createTracking(core: Core): Tracking {
  const { tracker, tracking, jobs, registry, clock, projects } = core.deps;
  const deps = { ...core.operations, tracker };
  const requests = createRunRequests(core, deps);
  /** What is written and not sent, until it has ended. */
  const writing = new Set<Promise<unknown>>();

  const changed = (): void => core.set({ trackingVersion: core.store.getState().trackingVersion + 1 });
  const live = createLiveRuns(core, requests, changed);
  const hasKey = (): boolean => tracking.keySource() !== 'none';

  function start(request: Omit<SyncRequest, 'upload'>, upload: SyncRequest['upload']): void {
    const handle = startSync(deps, { ...request, upload });
    changed();
    const finished = handle.finished.then(({ status, receipt }) => {
      writing.delete(finished);
      changed();
      const unsent = request.asked && upload === 'write' && status === 'succeeded';
      if (unsent) core.note(`${NO_KEY} ${receipt?.summary ?? ''}`);
    });
    if (upload === 'write') writing.add(finished);
  }

  /** What nobody asked for: written when it has ended, and sent where that was chosen. */
  function startUnasked(projectId: string, request: RunRequest): void {
    const { mode } = tracking.settings();
    if (mode === 'disabled' || registry.list().some((operation) => syncs(operation, request.runId))) return;
    start({ ...request, projectId, asked: false }, mode === 'online' && hasKey() ? 'send' : 'write');
  }

  function isLive(what: Trackable): boolean {
    const { name } = core.project();
    return registry.list().some((operation) => {
      if (what.kind !== 'dataset') return syncs(operation, runId(what.id));
      if (operation.endedAt !== null || operation.detail.kind !== 'sync') return false;
      const { runId: id } = operation.detail;
      return id === datasetRunPrefix(name) || isDatasetRun(id, name);
    });
  }

  /** Jobs that ended while nobody could write them: the app was killed, or quit at that moment. */
  function resumeJobs(sends: boolean): void {
    for (const record of projects.list().flatMap(({ id }) => jobs.list(id))) {
      const { id, status, finishedAt, createdAt } = record.job;
      const endedAt = (finishedAt ?? createdAt) * 1000;
      if (!TERMINAL_STATUSES.has(status) || clock.now() - endedAt > RECENT_MS) continue;
      const state = tracker.state(runId(id));
      if (state === null || (sends && state.sync === 'local')) startUnasked(record.projectId, requests.ofJob(record));
    }
  }

  /** Uploads that were begun. */
  function resumeUploads(): void {
    for (const { runId: id, sync, name } of tracker.list()) {
      if (sync === 'partial') startUnasked(core.project().id, { runId: id, title: `Track ${name}`, gather: null });
    }
  }

  return {
    changed,
    actions: {
      state(what): TrackedState | null {
        if (what.kind !== 'dataset') return tracker.state(runId(what.id));
        const { name } = core.project();
        return tracker.list().find((run) => isDatasetRun(run.runId, name)) ?? null;
      },
      whyNot(what) {
        const { mode, problems } = tracking.settings();
        if (mode === 'disabled') return 'tracking is disabled: Settings (8)';
        if (problems[0] !== undefined) return problems[0];
        if (isLive(what)) return 'it is being synced';
        return what.kind === 'dataset' && core.store.getState().counts.total === 0 ? 'there are no rows' : null;
      },
      sync(what, options = {}) {
        const request = requests.of(what);
        if (request === null) {
          core.note('It is gone; there is nothing to sync.');
          return;
        }
        start({ ...request, ...options, projectId: core.project().id, asked: true }, hasKey() ? 'send' : 'write');
      },
    },
    jobChanged: (record) => live.changed(record),
    jobEnded(record) {
      if (!TERMINAL_STATUSES.has(record.job.status)) return;
      void live.stop(record.job.id).then(() => startUnasked(record.projectId, requests.ofJob(record)));
    },
    evaluationEnded: (evaluation) => startUnasked(evaluation.projectId, requests.ofEvaluation(evaluation)),
    resume() {
      const { mode } = tracking.settings();
      if (mode === 'disabled') return;
      const sends = mode === 'online' && hasKey();
      core.guard('The runs are on disk as they were.', () => {
        resumeJobs(sends);
        if (sends) resumeUploads();
      });
    },
    async close() {
      live.close();
      if (writing.size === 0) return;
      const enough = new AbortController();
      const late = clock.sleep(CLOSE_MS, enough.signal).catch(() => {});
      await Promise.race([Promise.all(writing), late]);
      enough.abort();
    },
  };
}

const syncs = ({ endedAt, detail }: OperationSnapshot, id: string): boolean =>
  endedAt === null && detail.kind === 'sync' && detail.runId === id;
