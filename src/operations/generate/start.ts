import { promptOf } from '../../domain/dataset/example.ts';
import type { Row } from '../../domain/dataset/types.ts';
import { latticeSize } from '../../domain/lattice/lattice.ts';
import { selectionSize } from '../../domain/lattice/select.ts';
import { chatCost } from '../../domain/pricing/cost.ts';
import type { GenerationPlan } from '../../domain/project/types.ts';
import { teacherMessages } from '../../domain/template/messages.ts';
import { findTemplateProblems } from '../../domain/template/problems.ts';
import type { Template } from '../../domain/template/types.ts';
import { type BuyDeps, Buying } from '../buying/buy.ts';
import type { PlannedWork, Target, WhenCapped } from '../buying/types.ts';
import { EndedEarly } from '../channel/ends.ts';
import type { GenerateDetail } from '../channel/types.ts';
import type { OperationDeps } from '../deps.ts';
import { parametersOf, planCells } from './plan.ts';
import type { GenerateHandle } from './types.ts';

export type GenerateDeps = BuyDeps & Pick<OperationDeps, 'prices'>;

interface CommonRequest {
  readonly projectId: string;
  readonly providerId: string;
  readonly template: Template;
  readonly plan: GenerationPlan;
  /** What a run does at its cap: `wait` for a higher one (the default), or `end`. */
  readonly whenCapped?: WhenCapped;
}

export interface GenerateRequest extends CommonRequest {
  /** Sent with every call; part of the rows' identity. */
  readonly seed?: number | null;
}

export interface RetryRequest extends CommonRequest {
  readonly rowIds: readonly string[];
}

/** Buys what a plan still lacks. */
export function startGenerate(deps: GenerateDeps, request: GenerateRequest): GenerateHandle {
  const { template, plan, projectId } = request;
  const target = targetOf(deps, request, request.seed ?? null);
  const broken = problemsOf(template);
  const size = broken === null ? Number(selectionSize(template.slots, plan.cells)) : 0;
  return start(deps, request, `Generate with ${plan.model}`, {
    target,
    total: size,
    cells: () => {
      if (broken !== null) throw broken;
      return planCells(deps.rows, projectId, template, plan, target);
    },
  });
}

/**
 * Buys the answers of these rows again, under the same ids, by the plan's model and parameters. An old answer stays
 * until the new one is there.
 */
export function retryRows(deps: GenerateDeps, request: RetryRequest): GenerateHandle {
  const { template, plan, projectId } = request;
  const ids = [...new Set(request.rowIds)];
  const target = targetOf(deps, request, null);
  function* cells(): Generator<PlannedWork, void, undefined> {
    for (const id of ids) {
      const row = deps.rows.get(projectId, id);
      if (row !== null) yield { id, projectId, target, cell: row.cell, messages: messagesOf(row, template), old: row };
    }
  }
  const title = ids.length === 1 ? `Ask again with ${plan.model}` : `Ask again for ${ids.length} rows`;
  return start(deps, request, title, {
    target,
    total: ids.length,
    cells,
  });
}

/** What made a row: the teacher prompt of its cell; of a row no template made, its own prompt. */
function messagesOf(row: Row, template: Template) {
  const made = Object.keys(row.cell).length > 0 || row.source === 'generated';
  return made ? teacherMessages(template, row.cell) : promptOf(row, template);
}

function targetOf(deps: GenerateDeps, { plan, providerId }: CommonRequest, seed: number | null): Target {
  const prices = deps.prices();
  return {
    providerId,
    shape: { model: plan.model, ...parametersOf(plan, seed) },
    costOf: (usage) => chatCost(usage, plan.model, prices),
  };
}

function start(
  deps: GenerateDeps,
  request: CommonRequest,
  title: string,
  what: { readonly target: Target; readonly total: number; readonly cells: () => Iterable<PlannedWork> },
): GenerateHandle {
  const { plan, projectId } = request;
  const buying = new Buying<GenerateDetail>(deps, {
    targets: [what.target],
    phases: [what.cells],
    total: () => what.total,
    detailOf: (progress) => ({ kind: 'generate', ...progress }),
    noun: 'rows',
    concurrency: plan.concurrency,
    capUsd: plan.capUsd,
    whenCapped: request.whenCapped ?? 'wait',
  });
  const handle = deps.registry.start<GenerateDetail>({
    projectId,
    title,
    detail: buying.detail(),
    run: (context) => buying.run(context),
  });
  return {
    ...handle,
    pause: () => buying.pause(),
    resume: () => buying.resume(),
    setCap: (usd) => buying.setCap(usd),
    setConcurrency: (setting) => buying.setConcurrency(setting),
  };
}

/** Why a template may not run; null when it may. */
function problemsOf(template: Template): EndedEarly | null {
  const saved = 'Nothing was bought.';
  const finding = findTemplateProblems(template).find((found) => found.severity === 'error');
  if (finding !== undefined) return new EndedEarly('failed', { what: finding.message, saved, next: finding.fix });
  if (latticeSize(template.slots) > 0n) return null;
  return new EndedEarly('failed', { what: 'There are no cells.', saved, next: 'Give every slot a value.' });
}
