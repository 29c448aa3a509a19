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

/** Which run it is, and how it is put together. */
export type RunRequest = Pick<SyncRequest, 'runId' | 'title' | 'gather'>;

export interface RunRequests {
  ofJob(record: JobRecord): RunRequest;
  ofEvaluation(evaluation: Evaluation): RunRequest;
  /** Of what a screen points at; null when it is gone. */
  of(what: Trackable): RunRequest | null;
}

export function createRunRequests(core: Core, deps: TrackingDeps): RunRequests {
  const { tracking, evaluations, jobs } = core.deps;
  const nameOf = (projectId: string): string | null => core.keeper.find(projectId)?.name ?? null;

  const ofJob: RunRequests['ofJob'] = (record) => {
    const { job, providerId, projectId } = record;
    return {
      runId: runId(job.id),
      title: `Track ${job.id}`,
      gather: (gathering) => {
        const wanted = { job, record, providerId, projectName: nameOf(projectId), log: tracking.settings().log };
        return gatherJob(deps, wanted, gathering);
      },
    };
  };

  const ofEvaluation: RunRequests['ofEvaluation'] = (evaluation) => ({
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
            gather: () => gatherDataset(core.operations.rows, project),
          };
        }
      }
    },
  };
}
