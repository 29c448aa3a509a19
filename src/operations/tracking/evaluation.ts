import type { Parts } from '../../domain/evaluation/statistics/parts.ts';
import type { Evaluation, EvaluationItem } from '../../domain/evaluation/types.ts';
import { evaluationRun } from '../../domain/tracking/evaluationRun.ts';
import type { TrackedRun } from '../../domain/tracking/types.ts';
import type { TuningJob } from '../../domain/training/types.ts';
import { inSlices } from '../channel/slices.ts';
import { type EvaluationReader, readEvaluation } from '../evaluate/read.ts';
import type { JobStore } from '../ports.ts';
import type { TrackingDeps } from './deps.ts';

export interface EvaluationToTrack {
  readonly evaluation: Evaluation;
  readonly items: readonly EvaluationItem[];
  readonly projectName: string;
  readonly jobs: ReadonlyMap<string, TuningJob>;
  /** What has read the answers already; absent, they are read. */
  readonly reader?: EvaluationReader | undefined;
  /** With its first answer where nothing keeps when it was made, so that making it again gives the same run. */
  readonly begins?: 'when-made' | 'with-first-answer' | undefined;
}

/** An evaluation as a run, from the answers that are there. */
export function gatherEvaluation(
  deps: Pick<TrackingDeps, 'rows' | 'prices'>,
  wanted: EvaluationToTrack,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<TrackedRun> {
  return inSlices(runParts(deps, wanted), signal);
}

function* runParts(
  deps: Pick<TrackingDeps, 'rows' | 'prices'>,
  { evaluation, items, projectName, jobs, begins, reader: given }: EvaluationToTrack,
): Parts<TrackedRun> {
  const reader = given ?? readEvaluation(deps, evaluation, items);
  const answered = yield* reader.parts();
  // A run that is written twice has the same times twice.
  const { first, last } = reader.times() ?? { first: evaluation.createdAt, last: evaluation.createdAt };
  const begun = begins === 'with-first-answer' ? { ...evaluation, createdAt: first } : evaluation;
  return yield* evaluationRun({ evaluation: begun, items: answered, projectName, jobs, endedAt: last });
}

/** Jobs of a project by the models and checkpoints they made. */
export function jobsByModel(jobs: Pick<JobStore, 'list' | 'checkpoints'>, projectId: string): Map<string, TuningJob> {
  const made = new Map<string, TuningJob>();
  for (const { job } of jobs.list(projectId)) {
    if (job.fineTunedModel !== null) made.set(job.fineTunedModel, job);
    for (const { model } of jobs.checkpoints(job.id)) made.set(model, job);
  }
  return made;
}
