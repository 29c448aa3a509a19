import type { Evaluation } from '../../domain/evaluation/types.ts';
import { datasetRunPrefix } from '../../domain/tracking/dataset-run.ts';
import type { JobRecord } from '../../domain/training/types.ts';
import { runId } from '../../domain/wandb/names.ts';
import type { WorkbenchContext } from '../core/context.ts';
import type { ReadPairs } from '../dataset/actions.ts';
import { latestRecord } from '../training/watch.ts';
import { gatherDataset, gatherEvaluation, gatherJob, jobsByModel, jobToTrack } from './gather.ts';
import type { SyncRequest, TrackingDeps } from './sync.ts';

/** What can be tracked: a job, an evaluation, or the dataset as it stands. */
export type Trackable =
  | { readonly kind: 'job'; readonly id: string }
  | { readonly kind: 'evaluation'; readonly id: string }
  | { readonly kind: 'dataset' };

/** Which run it is, and how it is put together. */
export type RunRequest = Pick<SyncRequest, 'runId' | 'title' | 'gather'>;

export interface RunRequests {
  ofJob(record: JobRecord): RunRequest;
  ofEvaluation(evaluation: Evaluation): RunRequest;
  /** Of what a screen points at; null when it is gone. */
  of(what: Trackable): RunRequest | null;
}

export function createRunRequests(context: WorkbenchContext, deps: TrackingDeps, pairs: ReadPairs): RunRequests {
  const { tracking, evaluations, jobs } = context.deps;
  const nameOf = (projectId: string): string | null => context.projectAutosave.find(projectId)?.name ?? null;

  const ofJob: RunRequests['ofJob'] = (record) => {
    const { id } = record.job;
    return {
      runId: runId(id),
      title: `Track ${id}`,
      gather: (gathering) => {
        const named = { projectName: nameOf(record.projectId), log: tracking.settings().log };
        // Read when its turn comes: the job may have gone on since it was requested.
        return gatherJob(deps, jobToTrack(latestRecord(jobs, record), named), gathering);
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
          const record = context.store.getState().jobs.find(({ job }) => job.id === what.id);
          return record === undefined ? null : ofJob(record);
        }
        case 'evaluation': {
          const evaluation = evaluations.get(what.id);
          return evaluation === null ? null : ofEvaluation(evaluation);
        }
        case 'dataset': {
          const project = context.project();
          // The rows show which version it is, once they are read.
          const pending = datasetRunPrefix(project.name);
          return {
            runId: pending,
            title: `Version of ${project.name}`,
            gather: ({ signal }) => gatherDataset(context.operations.rows, project, { signal, pairs }),
          };
        }
      }
    },
  };
}
