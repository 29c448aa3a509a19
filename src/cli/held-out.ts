import { itemsOfRows } from '../app/evaluation/items.ts';
import { prepareEvaluation } from '../app/evaluation/prepare.ts';
import { readEvaluation } from '../app/evaluation/results.ts';
import { startEvaluate } from '../app/evaluation/start.ts';
import type { PlannedRows } from '../app/generation/start.ts';
import type { Row } from '../domain/dataset/types.ts';
import { proposeGraders } from '../domain/evaluation/graders/propose.ts';
import { EVALUATION_DEFAULTS } from '../domain/evaluation/items.ts';
import type { EvaluationSummary } from '../domain/evaluation/metrics.ts';
import { summarise } from '../domain/evaluation/summary.ts';
import type { EvaluationPlan } from '../domain/evaluation/types.ts';
import type { CommandServices } from './command-services.ts';
import { type CommandContext, CommandFailure } from './context.ts';
import { batchProgress, follow } from './follow.ts';
import { summaryLines } from './output/evaluation-summary.ts';

export interface HeldOut {
  readonly planned: PlannedRows;
  readonly rows: readonly Row[];
  readonly split: { readonly validationShare: number; readonly splitSeed: number };
  readonly models: { readonly base: string; readonly tuned: string };
}

/** Asks base and tuned model what the held-out rows ask, grades the answers, and prints what the difference is worth. */
export async function measureHeldOut(
  context: CommandContext,
  services: CommandServices,
  { planned, rows, split, models }: HeldOut,
): Promise<EvaluationSummary | null> {
  const { deps, profile } = services;
  const { output } = context;
  const items = itemsOfRows(rows, planned.template, { rows: 'not-rejected', ...split }, 'validation');
  const { graders, why } = proposeGraders(items);
  const { temperature, maxTokens } = EVALUATION_DEFAULTS;
  const plan: EvaluationPlan = {
    source: { kind: 'rows', side: 'validation' },
    models: [models.base, models.tuned].map((model) => ({ providerId: profile.id, model })),
    graders,
    sampling: { temperature, maxTokens: maxTokens.command },
    concurrency: 'auto',
    capUsd: null,
  };
  const createdAt = deps.clock.now();
  const evaluation = prepareEvaluation(plan, { projectId: planned.projectId, createdAt, items });
  const handle = startEvaluate(deps, { evaluation, items, whenCapped: 'end', account: planned.projectId });
  const { status, problem } = await follow(context, deps.registry, handle, batchProgress('evaluate', 'answers'));
  if (status !== 'succeeded')
    throw new CommandFailure(problem?.what ?? 'The evaluation was stopped.', 'The tuned model is kept.');
  const summary = summarise(readEvaluation(deps, evaluation, items).items(), plan);
  if (summary === null) return null;
  output.record('held-out', { items: summary.items, best: summary.best?.best.model ?? null, pairs: summary.pairs });
  for (const line of summaryLines(summary, { why, width: output.width - 2 }))
    output.line(line === '' ? line : `  ${line}`);
  return summary;
}
