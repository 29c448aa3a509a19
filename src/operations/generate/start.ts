import { promptOf } from '../../domain/dataset/example.ts';
import type { Row } from '../../domain/dataset/types.ts';
import { latticeSize } from '../../domain/lattice/lattice.ts';
import { selectionSize } from '../../domain/lattice/select.ts';
import { chatCost } from '../../domain/pricing/cost.ts';
import type { GenerationPlan } from '../../domain/project/types.ts';
import { teacherMessages } from '../../domain/template/messages.ts';
import { findTemplateProblems } from '../../domain/template/problems.ts';
import type { Template } from '../../domain/template/types.ts';
import { EndedEarly } from '../channel/ends.ts';
import type { GenerateDetail } from '../channel/types.ts';
import type { OperationDeps } from '../deps.ts';
import { type BuyDeps, Buying, type Purchase } from './buy.ts';
import { type PlannedCell, parametersOf, planCells } from './plan.ts';
import type { GenerateHandle, WhenCapped } from './types.ts';

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
  const shape = { model: plan.model, ...parametersOf(plan, request.seed ?? null) };
  const broken = problemsOf(template);
  const size = broken === null ? Number(selectionSize(template.slots, plan.cells)) : 0;
  return start(deps, request, `Generate with ${plan.model}`, {
    shape,
    total: size,
    cells: () => {
      if (broken !== null) throw broken;
      return planCells(deps.rows, projectId, template, plan, shape);
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
  function* cells(): Generator<PlannedCell, void, undefined> {
    for (const id of ids) {
      const row = deps.rows.get(projectId, id);
      if (row !== null) yield { id, projectId, cell: row.cell, messages: messagesOf(row, template), old: row };
    }
  }
  const title = ids.length === 1 ? `Ask again with ${plan.model}` : `Ask again for ${ids.length} rows`;
  return start(deps, request, title, {
    shape: { model: plan.model, ...parametersOf(plan) },
    total: ids.length,
    cells,
  });
}

/** What made a row: the teacher prompt of its cell; of a row no template made, its own prompt. */
function messagesOf(row: Row, template: Template) {
  const made = Object.keys(row.cell).length > 0 || row.source === 'generated';
  return made ? teacherMessages(template, row.cell) : promptOf(row, template);
}

function start(
  deps: GenerateDeps,
  request: CommonRequest,
  title: string,
  what: Pick<Purchase, 'shape' | 'total' | 'cells'>,
): GenerateHandle {
  const { plan, providerId, projectId } = request;
  const prices = deps.prices();
  const buying = new Buying(deps, {
    ...what,
    providerId,
    costOf: (usage) => chatCost(usage, plan.model, prices),
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
