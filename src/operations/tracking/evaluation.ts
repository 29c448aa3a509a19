import type { Evaluation, EvaluationItem } from '../../domain/evaluation/types.ts';
import { evaluationRun } from '../../domain/tracking/evaluationRun.ts';
import type { TrackedRun } from '../../domain/tracking/types.ts';
import type { TuningJob } from '../../domain/training/types.ts';
import { Questions } from '../evaluate/questions.ts';
import { readEvaluation } from '../evaluate/read.ts';
import type { JobStore } from '../ports.ts';
import type { TrackingDeps } from './deps.ts';

export interface EvaluationToTrack {
  readonly evaluation: Evaluation;
  readonly items: readonly EvaluationItem[];
  readonly projectName: string;
  readonly jobs: ReadonlyMap<string, TuningJob>;
}

/** An evaluation as a run, from the answers that are there. */
export function gatherEvaluation(
  deps: Pick<TrackingDeps, 'rows' | 'prices'>,
  { evaluation, items, projectName, jobs }: EvaluationToTrack,
): TrackedRun {
  const answered = readEvaluation(deps, evaluation, items).items();
  return evaluationRun({
    evaluation,
    items: answered,
    projectName,
    jobs,
    endedAt: answerTimes(deps, evaluation, items).last,
  });
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

/**
 * When the first and the newest answer came, in milliseconds since the epoch; the evaluation's own beginning where none
 * has. A run that is written twice has the same times twice.
 */
export function answerTimes(
  { rows, prices }: Pick<TrackingDeps, 'rows' | 'prices'>,
  evaluation: Evaluation,
  items: readonly EvaluationItem[],
): { readonly first: number; readonly last: number } {
  const questions = new Questions(evaluation, items, prices());
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  for (const { question } of questions.all()) {
    const at = rows.get(questions.namespace, question.id)?.updatedAt;
    if (at === undefined) continue;
    first = Math.min(first, at);
    last = Math.max(last, at);
  }
  return last === 0 ? { first: evaluation.createdAt, last: evaluation.createdAt } : { first, last };
}
