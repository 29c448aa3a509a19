import type { Sampling } from '../../domain/chat/types.ts';
import type { Problem } from '../../domain/common/outcome.ts';
import { USUAL_EXISTING } from '../../domain/dataset/existing-rows.ts';
import { promptOf, withThoughts } from '../../domain/dataset/row.ts';
import type { Row } from '../../domain/dataset/types.ts';
import { rawBefore } from '../../domain/dataset/whole-lines.ts';
import { cellIndex, latticeSize } from '../../domain/lattice/lattice.ts';
import { selectCells, selectionProblem, selectionSize } from '../../domain/lattice/select.ts';
import { chatCost } from '../../domain/pricing/cost.ts';
import type { CellSelection, GenerationPlan } from '../../domain/project/types.ts';
import { findTemplateProblems } from '../../domain/template/problems.ts';
import { teacherMessages } from '../../domain/template/prompt.ts';
import type { Cell, Template } from '../../domain/template/types.ts';
import { dispatcherOf, type SendingDeps, sentAt } from '../batches/sending.ts';
import { arrivingRows } from '../completions/arriving.ts';
import type { RunHandle } from '../completions/live-requests.ts';
import { RequestRun, type RequestRunDeps, startRequests } from '../completions/request-run.ts';
import {
  hasAnswer,
  type PlannedRequest,
  type RequestTarget,
  reusedRequest,
  type WhenCapped,
} from '../completions/requests.ts';
import { OperationError } from '../runtime/errors.ts';
import type { GenerateProgress } from '../runtime/operation.ts';
import type { RowStore } from '../runtime/ports.ts';
import { lookUps, rowsOfPlan, settleStanding, standingsOf } from './existing.ts';
import { planner } from './identities.ts';

export type GenerateHandle = RunHandle<GenerateProgress>;

/** The parameters a plan's calls are made with, and that are part of a row's identity. */
export function parametersOf(plan: GenerationPlan, seed: number | null = null): Sampling {
  const parameters = { temperature: plan.temperature, maxTokens: plan.maxTokens };
  return seed === null ? parameters : { ...parameters, seed };
}

/** The cells of a plan as calls, each with what the store knows of it. What needs no call is settled as the plan says. */
function* planCells(
  rows: RowStore,
  projectId: string,
  template: Template,
  plan: GenerationPlan,
  target: RequestTarget,
): Generator<PlannedRequest, void, undefined> {
  const existing = plan.existing ?? USUAL_EXISTING;
  const plannedOf = planner(template, target.shape);
  const cells = selectCells(template.slots, plan.cells).map((cell) => {
    const messages = teacherMessages(template, cell);
    return { ...plannedOf(cell, messages), messages };
  });
  for (const together of lookUps(cells)) {
    const standings = standingsOf(rows, projectId, together, existing);
    // All at once: what was looked up together is as it was found.
    for (const [cell, standing] of standings) settleStanding(rows, projectId, cell, standing, existing);
    for (const [{ id, cell, messages }, { row, own }] of standings)
      yield row === null
        ? { id, projectId, target, cell, messages, old: own, isThere: hasAnswer }
        : reusedRequest(row, target);
  }
}

export interface PlannedRows {
  readonly projectId: string;
  readonly template: Template;
  readonly plan: GenerationPlan;
  readonly seed: number | null;
}

/**
 * The plan's rows that are there, with their thoughts where the plan wants them, in the order of the lattice; of other plans of
 * the project only what this one takes in their place or beside them.
 */
export function* storedRows(rows: Pick<RowStore, 'scan'>, planned: PlannedRows): Generator<Row, void, undefined> {
  const { projectId, template, plan, seed } = planned;
  const plannedOf = planner(template, { model: plan.model, ...parametersOf(plan, seed) });
  const cells = Iterator.from(inLatticeOrder(template, plan.cells)).map((cell) => plannedOf(cell));
  for (const together of lookUps(cells)) {
    const found = rowsOfPlan(rows, projectId, together, plan.existing ?? USUAL_EXISTING);
    for (const row of found) yield withThoughts(row, plan.keepThoughts === true);
  }
}

function inLatticeOrder({ slots }: Template, selection: CellSelection): Iterable<Cell> {
  const cells = selectCells(slots, selection);
  if (selection.kind === 'all' || selection.kind === 'first') return cells;
  const place = (cell: Cell): bigint => cellIndex(slots, cell) ?? 0n;
  return [...cells].toSorted((a, b) => Number(place(a) - place(b)));
}

export type GenerateDeps = RequestRunDeps & SendingDeps;

interface CommonRequest {
  readonly projectId: string;
  readonly providerId: string;
  readonly template: Template;
  readonly plan: GenerationPlan;
  /** What a run does at its cap: `wait` for a higher one (the default), or `end`. */
  readonly whenCapped?: WhenCapped;
  /** US$ this run alone may spend. */
  readonly capRunUsd?: number;
}

export interface GenerateRequest extends CommonRequest {
  /** Sent with every call; part of the rows' identity. */
  readonly seed?: number | null;
}

export interface RetryRequest extends CommonRequest {
  readonly rowIds: readonly string[];
}

/** Generates what a plan still lacks. */
export function startGenerate(deps: GenerateDeps, request: GenerateRequest): GenerateHandle {
  const { template, plan, projectId } = request;
  const existing = plan.existing ?? USUAL_EXISTING;
  const target = { ...targetOf(deps, request, request.seed ?? null), existing };
  const broken = problemsOf(template, plan.cells);
  const size = broken === null ? Number(selectionSize(template.slots, plan.cells)) : 0;
  return start(deps, request, `Generate with ${plan.model}`, {
    target,
    rows: arrivingRows(deps.rows, projectId, existing),
    total: size,
    cells: () => {
      if (broken !== null) throw broken;
      return planCells(deps.rows, projectId, template, plan, target);
    },
  });
}

/**
 * Generates the answers of these rows again, under the same ids, by the plan's model and parameters. An old answer stays
 * until the new one is there.
 */
export function retryRows(deps: GenerateDeps, request: RetryRequest): GenerateHandle {
  const { template, plan, projectId } = request;
  const ids = [...new Set(request.rowIds)];
  const target = targetOf(deps, request, null);
  function* cells(): Generator<PlannedRequest, void, undefined> {
    for (const id of ids) {
      const row = deps.rows.get(projectId, id);
      if (row === null) continue;
      const raw = row.whole === undefined ? null : rawBefore(row.whole);
      const messages = row.whole === undefined ? messagesOf(row, template) : promptOf(row, template);
      const isThere = (now: Row | null) => isAnotherAnswer(row, now);
      yield { id, projectId, target, cell: row.cell, messages, raw, old: row, isThere };
    }
  }
  const title = ids.length === 1 ? `Generate again with ${plan.model}` : `Generate ${ids.length} rows again`;
  return start(deps, request, title, {
    target,
    rows: deps.rows,
    total: ids.length,
    cells,
  });
}

/** Whether another process generated the row again meanwhile; what a person wrote is no answer. */
const isAnotherAnswer = (before: Row, now: Row | null): boolean =>
  now !== null &&
  hasAnswer(now) &&
  !now.edited &&
  (now.completion !== before.completion || now.status !== before.status);

/** What made a row: the teacher prompt of its cell; of a row no template made, its own prompt. */
function messagesOf(row: Row, template: Template) {
  const made = Object.keys(row.cell).length > 0 || row.source === 'generated';
  return made ? teacherMessages(template, row.cell) : promptOf(row, template);
}

function targetOf(deps: GenerateDeps, { plan, providerId }: CommonRequest, seed: number | null): RequestTarget {
  const prices = deps.prices(providerId);
  const target: RequestTarget = {
    kind: 'generate',
    providerId,
    shape: { model: plan.model, ...parametersOf(plan, seed) },
    keepThoughts: plan.keepThoughts,
    costOf: (usage) => chatCost(usage, plan.model, prices),
  };
  return sentAt(target, plan);
}

function start(
  deps: GenerateDeps,
  request: CommonRequest,
  title: string,
  what: {
    readonly target: RequestTarget;
    /** Where answers to calls become rows; batches see to theirs. */
    readonly rows: RowStore;
    readonly total: number;
    readonly cells: () => Iterable<PlannedRequest>;
  },
): GenerateHandle {
  const { plan, projectId } = request;
  const run = new RequestRun<GenerateProgress>(
    { ...deps, rows: what.rows },
    {
      targets: [what.target],
      phases: [what.cells],
      total: () => what.total,
      detailOf: (progress) => ({ kind: 'generate', ...progress }),
      done: ['row generated', 'rows generated'],
      concurrency: plan.concurrency,
      spending: { projectId, work: 'generation', capUsd: plan.capUsd, capRunUsd: request.capRunUsd ?? null },
      rowsOf: projectId,
      whenCapped: request.whenCapped ?? 'wait',
      dispatcher: dispatcherOf(deps, plan),
    },
  );
  return startRequests(deps.registry, run, { projectId, title });
}

/** The first error of a template, `saved` being what it left as it was; null when prompts can be made of it. */
export function templateProblem(template: Template, saved: string): Problem | null {
  const finding = findTemplateProblems(template).find(({ severity }) => severity === 'error');
  return finding === undefined ? null : { what: finding.message, saved, next: finding.fix };
}

/** Why there are no combinations of a template to run; null where there are. */
export function combinationsProblem({ slots }: Template, cells: CellSelection, saved: string): Problem | null {
  if (latticeSize(slots) === 0n) return { what: 'There are no combinations.', saved, next: 'Give every slot a value.' };
  const problem = selectionProblem(slots, cells);
  return problem === null ? null : { ...problem, saved };
}

/** Why a plan may not run; null when it may. */
function problemsOf(template: Template, cells: CellSelection): OperationError | null {
  const saved = 'Nothing was sent.';
  const problem = templateProblem(template, saved) ?? combinationsProblem(template, cells, saved);
  return problem === null ? null : new OperationError('failed', problem);
}
