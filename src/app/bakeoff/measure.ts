import { type Candidate, candidatesOf } from '../../domain/bakeoff/candidates.ts';
import { comparisonTask } from '../../domain/bakeoff/comparison.ts';
import type { BakeoffReport } from '../../domain/bakeoff/report.ts';
import type { Bakeoff } from '../../domain/bakeoff/types.ts';
import type { CooperativeTask } from '../../domain/common/cooperative.ts';
import type { Problem } from '../../domain/common/outcome.ts';
import { hasAnswers } from '../../domain/evaluation/items.ts';
import type { EvaluationItem } from '../../domain/evaluation/types.ts';
import { chatCost } from '../../domain/pricing/cost.ts';
import { spentOn } from '../../domain/pricing/spending.ts';
import type { OperationDeps } from '../core/deps.ts';
import { readEvaluation } from '../evaluation/results.ts';
import { type EvaluateDeps, type EvaluateHandle, startEvaluate } from '../evaluation/start.ts';
import type { DeploymentStore } from '../runtime/deployment-ports.ts';
import type { AskedJobStore, EvaluationStore, JobStore } from '../runtime/ports.ts';
import { evaluationOf } from './quote.ts';
import { readTargets, type TermsOf, targetLine, tunedOf, withDeployments } from './states.ts';

type ReadDeps = Pick<OperationDeps, 'rows' | 'prices'> & {
  readonly jobs: Pick<JobStore, 'list'>;
  readonly askedJobs: Pick<AskedJobStore, 'list'>;
  readonly deployments: Pick<DeploymentStore, 'list'>;
};

/** The models of a bake-off that can be asked now: every base, and what was tuned and answers. */
export function candidatesNow(deps: ReadDeps, bakeoff: Bakeoff, termsOf: TermsOf): readonly Candidate[] {
  const states = readTargets(deps, bakeoff);
  const known = withDeployments(bakeoff, states, deps.deployments.list({ open: true }));
  return candidatesOf(bakeoff, (target) => {
    const state = states.find((one) => one.target === target);
    return state === undefined ? { model: null, trainingUsd: null } : tunedOf(known, state, termsOf);
  });
}

export type MeasureDeps = EvaluateDeps & { readonly evaluations: EvaluationStore };

export interface MeasureRequest {
  readonly bakeoff: Bakeoff;
  readonly items: readonly EvaluationItem[];
  readonly candidates: readonly Candidate[];
  /** US$ that what was trained took, of a cap; what is left may be spent on calls. */
  readonly trainedUsd: number;
}

/** One model on its way through the held-out rows. */
export interface Measuring {
  readonly candidate: Candidate;
  readonly handle: EvaluateHandle;
}

/**
 * Asks every model the same held-out rows, each as an operation of its own, so that one that cannot be asked keeps no other from being measured.
 * What is answered already is not asked again. The bake-off's cap, less what training took, holds for all together; a
 * model whose price is unknown, to which a person agreed, is under none.
 */
export function startMeasuring(deps: MeasureDeps, request: MeasureRequest): readonly Measuring[] {
  const { bakeoff, items, candidates, trainedUsd } = request;
  const models = candidates.map(({ model }) => model);
  deps.evaluations.save(evaluationOf(bakeoff, models, items), items);
  const spent = spentOn('evaluation', deps.ledger.totals(bakeoff.projectId));
  const before = measuredUsd(deps, bakeoff, items, candidates);
  const left = bakeoff.capUsd === null ? null : Math.max(0, bakeoff.capUsd - trainedUsd - before);
  return candidates.map((candidate) => {
    const evaluation = evaluationOf(bakeoff, [candidate.model], items);
    const priced =
      chatCost(
        { promptTokens: 1, completionTokens: 1, cachedTokens: 0 },
        candidate.model.model,
        deps.prices(candidate.model.providerId),
      ) !== null;
    const capUsd = left === null || !priced ? null : spent + left;
    const named = { ...evaluation, name: `${bakeoff.name}: ${candidate.short}`, plan: { ...evaluation.plan, capUsd } };
    return { candidate, handle: startEvaluate(deps, { evaluation: named, items, whenCapped: 'end' }) };
  });
}

/** US$ of the answers that are there already. */
function measuredUsd(
  deps: Pick<ReadDeps, 'rows' | 'prices'>,
  bakeoff: Bakeoff,
  items: readonly EvaluationItem[],
  candidates: readonly Candidate[],
): number {
  const read = readEvaluation(
    deps,
    evaluationOf(
      bakeoff,
      candidates.map(({ model }) => model),
      items,
    ),
    items,
  ).items();
  return read
    .flatMap(({ predictions }) => predictions)
    .reduce((sum, prediction) => sum + (prediction?.costUsd ?? 0), 0);
}

/** US$ that the trainings of a bake-off took, as far as that is known. */
export const trainedUsd = (deps: ReadDeps, bakeoff: Bakeoff): number =>
  readTargets(deps, bakeoff).reduce(
    (sum, { record }) =>
      sum + (record === null || record.job.status === 'failed' ? 0 : (record.job.costUsd ?? record.quoteUsd ?? 0)),
    0,
  );

export interface ReportRequest {
  readonly bakeoff: Bakeoff;
  readonly items: readonly EvaluationItem[];
  readonly termsOf: TermsOf;
  /** Why a target has no job, or a model could not be asked, by the id of the target. */
  readonly problemOf: (targetId: string) => Problem | null;
  readonly trainingRows: number;
  readonly now: number;
  readonly mask: (text: string) => string;
}

/** Everything that is known of a bake-off, as a report, a part at a time. */
export function* reportTask(deps: ReadDeps, request: ReportRequest): CooperativeTask<BakeoffReport> {
  const { bakeoff, items, termsOf, problemOf, trainingRows, now, mask } = request;
  const states = readTargets(deps, bakeoff);
  const known = withDeployments(bakeoff, states, deps.deployments.list({ open: true }));
  const candidates = candidatesNow(deps, bakeoff, termsOf);
  const evaluated = yield* readEvaluation(
    deps,
    evaluationOf(
      bakeoff,
      candidates.map(({ model }) => model),
      items,
    ),
    items,
  ).parts();
  const comparison = hasAnswers(evaluated)
    ? yield* comparisonTask(evaluated, candidates, bakeoff, { margin: bakeoff.margin, seed: bakeoff.seed })
    : null;
  return {
    bakeoff,
    rows: { training: trainingRows, heldOut: items.length },
    targets: states.map((state) => targetLine(known, state, problemOf(state.id), termsOf)),
    comparison,
    writtenAt: now,
    mask,
  };
}
