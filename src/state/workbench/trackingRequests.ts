import type { Evaluation } from '../../domain/evaluation/types.ts';
import { datasetRunPrefix } from '../../domain/tracking/datasetRun.ts';
import { runId } from '../../domain/tracking/names.ts';
import type { JobRecord } from '../../domain/training/types.ts';
import { gatherDataset } from '../../operations/tracking/dataset.ts';
import type { TrackingDeps } from '../../operations/tracking/deps.ts';
import { gatherEvaluation, jobsByModel } from '../../operations/tracking/evaluation.ts';
import { gatherJob } from '../../operations/tracking/job.ts';
import type { SyncRequest } from '../../operations/tracking/sync.ts';
import type { Core } from './core.ts';
import type { Trackable } from './trackingTypes.ts';
import type { ReadPairs } from './train.ts';

/** Which run it is, and how it is put together. */
export type RunRequest = Pick<SyncRequest, 'runId' | 'title' | 'gather'>;

export interface RunRequests {
  ofJob(record: JobRecord): RunRequest;
  ofEvaluation(evaluation: Evaluation): RunRequest;
  /** Of what a screen points at; null when it is gone. */
  of(what: Trackable): RunRequest | null;
}

export function createRunRequests(core: Core, deps: TrackingDeps, pairs: ReadPairs): RunRequests {
  const { tracking, evaluations, jobs } = core.deps;
  const nameOf = (projectId: string): string | null => core.keeper.find(projectId)?.name ?? null;

  const ofJob: RunRequests['ofJob'] = (record) => {
    const { id } = record.job;
    return {
      runId: runId(id),
      title: `Track ${id}`,
      gather: (gathering) => {
        const { projectId, providerId } = record;
        // Read when its turn comes: the job may have gone on since it was asked for.
        const latest = jobs.list(projectId).find(({ job }) => job.id === id) ?? record;
        const projectName = nameOf(projectId);
        const wanted = { job: latest.job, record: latest, providerId, projectName, log: tracking.settings().log };
        return gatherJob(deps, wanted, gathering);
      },
    };
  };

  const ofEvaluation: RunRequests['ofEvaluation'] = (evaluation) => ({
    runId: runId(evaluation.id),
    title: `Track ${evaluation.name}`,
    gather: (gathering) => {
      const { id, projectId } = evaluation;
      const projectName = nameOf(projectId) ?? 'project';
      const wanted = { evaluation, items: evaluations.items(id), projectName, jobs: jobsByModel(jobs, projectId) };
      return gatherEvaluation(deps, wanted, gathering);
    },
  });

  return {
    ofJob,
    ofEvaluation,
    of(what) {
      switch (what.kind) {
        case 'job': {
          const record = core.store.getState().jobs.find(({ job }) => job.id === what.id);
          return record === undefined ? null : ofJob(record);
        }
        case 'evaluation': {
          const evaluation = evaluations.get(what.id);
          return evaluation === null ? null : ofEvaluation(evaluation);
        }
        case 'dataset': {
          const project = core.project();
          // Which version it is the rows tell, once they are read.
          const pending = datasetRunPrefix(project.name);
          return {
            runId: pending,
            title: `Version of ${project.name}`,
            gather: ({ signal }) => gatherDataset(core.operations.rows, project, { signal, pairs }),
          };
        }
      }
    },
  };
}
