import { setImmediate as nextTurn } from 'node:timers/promises';
import { latticeSize } from '../../domain/lattice/lattice.ts';
import { prepareSelection, selectionSize } from '../../domain/lattice/select.ts';
import { chatCostUpTo } from '../../domain/pricing/cost.ts';
import type { GenerationPlan } from '../../domain/project/types.ts';
import type { Template } from '../../domain/template/types.ts';
import { countChats, isReused, type RequestTarget, type UnpricedRequest } from '../completions/requests.ts';
import type { OperationDeps } from '../core/deps.ts';
import { OperationError } from '../runtime/errors.ts';
import { inSlices } from '../runtime/pacing.ts';
import type { CallOptions } from '../runtime/ports.ts';
import { combinationsProblem, parametersOf, planCells } from './start.ts';

/** What a plan would generate. `upToUsd` takes every answer as long as allowed; null when the price is unknown. */
export interface GenerationQuote {
  readonly cells: bigint;
  readonly selected: number;
  readonly alreadyThere: number;
  readonly toGenerate: number;
  readonly promptTokens: number;
  readonly maxCompletionTokens: number;
  readonly upToUsd: number | null;
}

export interface QuoteRequest {
  readonly projectId: string;
  readonly template: Template;
  readonly plan: GenerationPlan;
}

/** Prompts counted one by one; of a larger plan the rest is taken to be like them. */
const COUNTED = 5_000;
/** Cells looked up in the store; past this the rest is taken as still to be generated. */
const LOOKED_UP = 20_000;
const AT_ONCE = 200;

/**
 * Counts what a plan would generate, from the local store and tokeniser alone. Exact up to 5,000 prompts and
 * 20,000 cells; beyond, prompt tokens are the mean of those times their number, since a lattice may hold more cells than
 * anyone could count.
 */
export async function quoteGeneration(
  deps: Pick<OperationDeps, 'rows' | 'tokens' | 'prices'>,
  request: QuoteRequest,
  options: CallOptions = {},
): Promise<GenerationQuote> {
  const { template, plan, projectId } = request;
  const problem = combinationsProblem(template, plan.cells, 'Nothing was sent.');
  if (problem !== null) throw new OperationError('failed', problem);
  await inSlices(prepareSelection(template.slots, plan.cells), options.signal);
  const selected = Number(selectionSize(template.slots, plan.cells));
  // Counted and looked up, never called.
  const target: RequestTarget = {
    kind: 'generate',
    providerId: '',
    shape: { model: plan.model, ...parametersOf(plan) },
    costOf: () => null,
  };
  let lookedUp = 0;
  let alreadyThere = 0;
  let counted = 0;
  let tokens = 0;
  let batch: UnpricedRequest[] = [];

  async function countBatch(): Promise<void> {
    const chats = batch.map((work) => work.messages);
    for (const count of await countChats(deps.tokens, plan.model, chats, options)) tokens += count;
    counted += batch.length;
    batch = [];
  }

  for (const cell of planCells(deps.rows, projectId, template, plan, target)) {
    lookedUp += 1;
    if (isReused(cell)) alreadyThere += 1;
    else if (counted + batch.length < COUNTED) batch.push(cell);
    if (batch.length === AT_ONCE) await countBatch();
    if (lookedUp % AT_ONCE === 0) await nextTurn();
    options.signal?.throwIfAborted();
    if (lookedUp === LOOKED_UP) break;
  }
  await countBatch();

  const toGenerate = selected - alreadyThere;
  const promptTokens = counted === 0 ? 0 : Math.ceil((tokens / counted) * toGenerate);
  const maxCompletionTokens = toGenerate * plan.maxTokens;
  const upToUsd = chatCostUpTo(promptTokens, maxCompletionTokens, plan.model, deps.prices(target.providerId));
  return {
    cells: latticeSize(template.slots),
    selected,
    alreadyThere,
    toGenerate,
    promptTokens,
    maxCompletionTokens,
    upToUsd,
  };
}
