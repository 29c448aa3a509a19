import type { Evaluation } from '../../domain/evaluation/types.ts';
import { runId } from '../../domain/tracking/names.ts';
import type { TrackedState } from '../../domain/tracking/types.ts';
import { type JobRecord, TERMINAL_STATUSES } from '../../domain/training/types.ts';
import type { OperationSnapshot } from '../../operations/channel/types.ts';
import { gatherDataset } from '../../operations/tracking/dataset.ts';
import { gatherEvaluation, jobsByModel } from '../../operations/tracking/evaluation.ts';
import { gatherJob } from '../../operations/tracking/job.ts';
import { type SyncRequest, startSync } from '../../operations/tracking/sync.ts';
import type { Core } from './core.ts';
import { createLiveRuns } from './liveRuns.ts';
import type { Trackable, TrackingActions } from './trackingTypes.ts';

export interface Tracking {
  readonly actions: TrackingActions;
  /** Something of the job is newly on disk. */
  jobChanged(record: JobRecord): void;
  /** The job is watched no longer: everything it said is on disk. */
  jobEnded(record: JobRecord): void;
  evaluationEnded(evaluation: Evaluation): void;
  /** Goes on with uploads that broke off when the app ended. */
  resume(): void;
  /** Lets the screens read again. */
  changed(): void;
  close(): void;
}

const NO_KEY =
  'No W&B key is known, so nothing was sent. Type one in Settings (8), set WANDB_API_KEY, or run `wandb sync` on the folder.';

export function createTracking(core: Core): Tracking {
  const { tracker, tracking, evaluations, jobs, registry } = core.deps;
  const deps = { ...core.operations, tracker };
  /** The run of a project's dataset as it was last synced. */
  const datasets = new Map<string, string>();

  const changed = (): void => core.set({ trackingVersion: core.store.getState().trackingVersion + 1 });
  const nameOf = (projectId: string): string | null => core.keeper.find(projectId)?.name ?? null;
  const live = createLiveRuns(core, deps, changed, nameOf);

  function recordOf(jobId: string): JobRecord | null {
    const shown = core.store.getState().jobs.find(({ job }) => job.id === jobId);
    return shown ?? null;
  }

  function requestOf(what: Trackable): Pick<SyncRequest, 'runId' | 'title' | 'gather'> | null {
    const project = core.project();
    switch (what.kind) {
      case 'job': {
        const record = recordOf(what.id);
        if (record === null) return null;
        return jobRequest(record);
      }
      case 'evaluation': {
        const evaluation = evaluations.get(what.id);
        return evaluation === null ? null : evaluationRequest(evaluation);
      }
      case 'dataset':
        return {
          runId: datasets.get(project.id) ?? '',
          title: `Version of ${project.name}`,
          gather: () => {
            const run = gatherDataset(core.operations.rows, project);
            datasets.set(project.id, run.id);
            return run;
          },
        };
    }
  }

  const jobRequest = (record: JobRecord) => {
    const { job, providerId, projectId } = record;
    const wanted = { job, record, providerId, projectName: nameOf(projectId), log: tracking.settings().log };
    return {
      runId: runId(job.id),
      title: `Track ${job.id}`,
      gather: (gathering: Parameters<typeof gatherJob>[2]) => gatherJob(deps, wanted, gathering),
    };
  };

  const evaluationRequest = (evaluation: Evaluation) => ({
    runId: runId(evaluation.id),
    title: `Track ${evaluation.name}`,
    gather: () =>
      gatherEvaluation(deps, {
        evaluation,
        items: evaluations.items(evaluation.id),
        projectName: nameOf(evaluation.projectId) ?? 'project',
        jobs: jobsByModel(jobs, evaluation.projectId),
      }),
  });

  function start(request: Omit<SyncRequest, 'upload'>, upload: SyncRequest['upload']): void {
    const handle = startSync(deps, { ...request, upload });
    changed();
    void handle.finished.then((end) => {
      changed();
      if (request.asked && upload === 'write' && end.status === 'succeeded')
        core.note(`${end.receipt?.summary ?? ''} ${NO_KEY}`);
    });
  }

  /** What nobody asked for: written when it has ended, and sent where that was chosen. */
  function startUnasked(projectId: string, request: Pick<SyncRequest, 'runId' | 'title' | 'gather'>): void {
    const { mode } = tracking.settings();
    if (mode === 'disabled' || isLive(request.runId)) return;
    start({ ...request, projectId, asked: false }, mode === 'online' && hasKey() ? 'send' : 'write');
  }

  const hasKey = (): boolean => tracking.keySource() !== 'none';
  const isLive = (id: string): boolean => registry.list().some((operation) => syncsRun(operation, id));

  const runIdOf = (what: Trackable): string =>
    what.kind === 'dataset' ? (datasets.get(core.project().id) ?? '') : runId(what.id);

  return {
    changed,
    close: () => live.close(),
    actions: {
      state: (what): TrackedState | null => tracker.state(runIdOf(what)),
      whyNot(what) {
        const { mode, problems } = tracking.settings();
        if (mode === 'disabled') return 'tracking is disabled: Settings (8)';
        if (problems[0] !== undefined) return problems[0];
        if (isLive(runIdOf(what))) return 'it is being synced';
        return what.kind === 'dataset' && core.store.getState().counts.total === 0 ? 'there are no rows' : null;
      },
      sync(what, options = {}) {
        const request = requestOf(what);
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
      void live.stop(record.job.id).then(() => startUnasked(record.projectId, jobRequest(record)));
    },
    evaluationEnded: (evaluation) => startUnasked(evaluation.projectId, evaluationRequest(evaluation)),
    resume() {
      if (tracking.settings().mode !== 'online' || !hasKey()) return;
      for (const { runId: id, sync, name } of tracker.list()) {
        if (sync !== 'partial' || isLive(id)) continue;
        start({ runId: id, title: `Track ${name}`, gather: null, projectId: core.project().id, asked: false }, 'send');
      }
    },
  };
}

const syncsRun = ({ endedAt, detail }: OperationSnapshot, id: string): boolean =>
  endedAt === null && detail.kind === 'sync' && detail.runId === id;
