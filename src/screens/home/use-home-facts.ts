import { useMemo } from 'react';
import { latestOperation } from '../../app/core/state.ts';
import { useAppState, useAsyncRead, useRead, useWorkbench } from '../../app/react.tsx';
import { useEvaluationResults, useEvaluations } from '../../components/hooks/use-evaluations.ts';
import { useNow } from '../../components/hooks/use-now.ts';
import { isBilled, soFarText } from '../../domain/deployment/billing.ts';
import type { DeploymentRecord } from '../../domain/deployment/types.ts';
import { cellAt, latticeSize } from '../../domain/lattice/lattice.ts';
import { findTemplateProblems, hasErrors } from '../../domain/template/problems.ts';
import { curveOf, measuredPoints } from '../../domain/training/metrics.ts';
import { type ActivityLine, activityLines, type DeployedFacts } from './activity.ts';
import type { EvaluationFacts, WorkflowFacts } from './workflow.ts';

/** How the newest evaluation stands; null before the first. */
function useEvaluationFacts(): EvaluationFacts | null {
  const { evaluate } = useWorkbench();
  const run = useAppState((state) => latestOperation(state, 'evaluate'));
  const newest = useRead(['evaluations'], () => evaluate.list().slice(0, 1), [evaluate]);
  const live = run !== null && run.endedAt === null ? run : null;
  // While it runs only its progress is shown, so nothing need be counted.
  const idle = live === null;
  const counted = useMemo(() => (idle ? newest : []), [idle, newest]);
  const results = useEvaluationResults(counted);
  const [evaluation] = newest;
  if (evaluation === undefined) return null;
  const running = live === null ? null : { done: live.detail.done + live.detail.reused, total: live.detail.total };
  return {
    running,
    models: evaluation.plan.models.map(({ model }) => model),
    result: results.get(evaluation.id) ?? null,
    items: evaluation.items,
  };
}

/** Teacher tokens of the first cell, taken for every cell of the lattice; null until counted. */
function usePromptTokens(cells: bigint, broken: boolean): bigint | null {
  const slots = useAppState((state) => state.project.template.slots);
  const { template } = useWorkbench();
  const { value, pending } = useAsyncRead(
    ['template'],
    () => (broken || cells === 0n ? null : () => template.tokens(cellAt(slots, 0n))),
    [template, slots, cells, broken],
  );
  return value === null || pending ? null : BigInt(value.teacher) * cells;
}

/** What is deployed, whichever project it was made in, with its hours until `now`; `unseen` says why one could not be looked at. */
const deployedFacts = (
  deployments: readonly DeploymentRecord[],
  unseen: ReadonlyMap<string, string>,
  now: number,
): readonly DeployedFacts[] =>
  deployments.map((record) => {
    const why = unseen.get(record.key);
    const state = record.answered ? '' : `${record.view.word || record.view.stage}, `;
    const asked = why === undefined ? '' : `, as last seen: ${why}`;
    return {
      name: record.view.model ?? record.order.name,
      answers: record.answered && why === undefined,
      text: `${state}${soFarText(record, now)}${asked}`,
    };
  });

/** What runs, costs and was done, as hours pass. */
export function useActivity(): readonly ActivityLine[] {
  const deployments = useAppState((state) => state.deployments);
  const unseen = useAppState((state) => state.unseen);
  const operations = useAppState((state) => state.operations);
  const spending = useAppState((state) => state.spending);
  const jobs = useAppState((state) => state.jobs);
  const evaluations = useEvaluations();
  const now = useNow(deployments.some(isBilled));
  const deployed = deployedFacts(deployments, unseen, now);
  return activityLines({ operations, deployed, spending, jobs, evaluations, now });
}

/** An answer grows thirty times a second, and is a turn from its beginning. */
const TURNS_INTERVAL_MS = 1_000;

export interface HomeFacts {
  readonly workflow: WorkflowFacts;
  /** Training loss of the newest job, oldest first. */
  readonly losses: readonly number[];
}

export function useHomeFacts(): HomeFacts {
  const template = useAppState((state) => state.project.template);
  const counts = useAppState((state) => state.counts);
  const job = useAppState((state) => state.jobs[0] ?? null);
  const run = useAppState((state) => latestOperation(state, 'generate'));
  const { train, chat } = useWorkbench();
  const findings = useMemo(() => findTemplateProblems(template), [template]);
  const cells = latticeSize(template.slots);
  const promptTokens = usePromptTokens(cells, hasErrors(findings));
  const jobId = job?.job.id ?? null;
  const points = useRead(['jobs'], () => (jobId === null ? [] : measuredPoints(train.events(jobId))), [train, jobId]);
  const turns = useRead(['conversation'], () => chat.turns().length, [chat], { everyMs: TURNS_INTERVAL_MS });
  const evaluation = useEvaluationFacts();
  const last = points.at(-1);
  return {
    losses: curveOf(points, 'trainLoss').map(({ value }) => value),
    workflow: {
      findings,
      templateUnused: template.slots.length === 0 && template.teacherPrompt.trim() === '',
      slots: template.slots.length,
      cells,
      promptTokens,
      counts,
      generating:
        run === null || run.endedAt !== null
          ? null
          : { done: run.detail.done + run.detail.reused, total: run.detail.total, paused: run.status === 'paused' },
      job,
      step: last === undefined ? null : { step: last.step, totalSteps: last.totalSteps, loss: last.trainLoss },
      turns,
      evaluation,
    },
  };
}
