import { asideProjectId, USUAL_EXISTING } from '../../domain/dataset/existing-rows.ts';
import type { Row } from '../../domain/dataset/types.ts';
import { cellIndex, latticeSize } from '../../domain/lattice/lattice.ts';
import { prepareSelection, selectCells, selectionSize } from '../../domain/lattice/select.ts';
import type { ExistingRows, GenerationPlan } from '../../domain/project/types.ts';
import type { Cell, Template } from '../../domain/template/types.ts';
import { NO_OTHERS } from '../completions/arriving.ts';
import { hasAnswer } from '../completions/requests.ts';
import { OperationError } from '../runtime/errors.ts';
import { inSlices } from '../runtime/pacing.ts';
import type { CallOptions, RowStore } from '../runtime/ports.ts';
import { LOOKED_UP_TOGETHER, lookUps, type Standing, standingsOf } from './existing.ts';
import { planner } from './identities.ts';
import { combinationsProblem, parametersOf } from './start.ts';

/** What the store has of a plan's combinations. */
export interface PlanCounts {
  /** Combinations of the template. */
  readonly cells: bigint;
  readonly selected: number;
  /** Of those selected: rows of this template and model that are there. */
  readonly alreadyThere: number;
  /** Of `alreadyThere`: rows that were put aside and come back. */
  readonly fromAside: number;
  /** Not there, but answered by another model. */
  readonly byOthers: number;
  /** The models that answered those, at most three. */
  readonly otherModels: readonly string[];
  /** Not there, but answered by this model to another prompt or with other settings. */
  readonly earlier: number;
  /** To be asked, as the plan takes what is there. */
  readonly toGenerate: number;
  /** Whether every combination was looked up; what was not is taken as new. */
  readonly isWhole: boolean;
}

export interface CountRequest {
  readonly projectId: string;
  readonly template: Template;
  readonly plan: GenerationPlan;
  readonly seed?: number | null;
}

/** Combinations looked up one by one; of more, the rows that are there are looked at in their place. */
const LOOKED_UP = 20_000;
/** Rows looked at where there are more combinations than can be looked up. */
const ROWS_LOOKED_AT = 100_000;
const MODELS_NAMED = 3;

const NOTHING_THERE: Standing = { kind: 'new', row: null, own: null, others: NO_OTHERS };

class Tally {
  there = 0;
  fromAside = 0;
  byOthers = 0;
  earlier = 0;
  private readonly models = new Set<string>();

  add({ kind, others: { byOthers, earlier } }: Standing): void {
    if (kind === 'there' || kind === 'aside') this.there += 1;
    if (kind === 'aside') this.fromAside += 1;
    if (kind === 'there' || kind === 'aside') return;
    if (byOthers.length > 0) this.byOthers += 1;
    else if (earlier.length > 0) this.earlier += 1;
    for (const { model } of byOthers) if (this.models.size < MODELS_NAMED) this.models.add(model);
  }

  counts(cells: bigint, selected: number, existing: ExistingRows, isWhole: boolean): PlanCounts {
    const kept = existing === 'keep' ? this.byOthers : 0;
    return {
      cells,
      selected,
      alreadyThere: this.there,
      fromAside: this.fromAside,
      byOthers: this.byOthers,
      otherModels: [...this.models],
      earlier: this.earlier,
      toGenerate: Math.max(0, selected - this.there - kept),
      isWhole,
    };
  }
}

/**
 * Counts what of a plan's combinations is new and what is there, from the local store alone; `onNew` is handed what would be
 * asked, in the order of the plan. Exact up to 20,000 combinations, and for whole lattices and their beginnings, of any size,
 * up to 100,000 rows. Throws OperationError where there are no such combinations.
 */
export async function countPlan(
  rows: Readable,
  request: CountRequest,
  onNew: (cell: Cell) => Promise<boolean>,
  options: CallOptions = {},
): Promise<PlanCounts> {
  const { template, plan } = request;
  const { slots } = template;
  const problem = combinationsProblem(template, plan.cells, 'Nothing was sent.');
  if (problem !== null) throw new OperationError('failed', problem);
  await inSlices(prepareSelection(slots, plan.cells), options.signal);
  const selected = selectionSize(slots, plan.cells);
  const isPrefix = plan.cells.kind === 'all' || plan.cells.kind === 'first';
  const count = selected > LOOKED_UP && isPrefix ? countRows : countCells;
  return count(rows, request, Number(selected), onNew, options);
}

type Readable = Pick<RowStore, 'scan' | 'counts'>;

type Count = (
  rows: Readable,
  request: CountRequest,
  selected: number,
  onNew: (cell: Cell) => Promise<boolean>,
  options: CallOptions,
) => Promise<PlanCounts>;

const existingOf = ({ plan }: CountRequest): ExistingRows => plan.existing ?? USUAL_EXISTING;

/** A combination, and a row of it that was read already: mostly the very one that is looked for. */
interface LookedFor {
  readonly cell: Cell;
  readonly found?: Row;
}

type LookUp = <T extends LookedFor>(together: readonly T[]) => Iterable<readonly [T, Standing]>;

/** What stands of some combinations, in their order. */
function lookUp(rows: Readable, request: CountRequest): LookUp {
  const { projectId, template, plan, seed = null } = request;
  const isEmpty = [projectId, asideProjectId(projectId)].every((place) => rows.counts(place, {}).total === 0);
  if (isEmpty) return (together) => together.map((one) => [one, NOTHING_THERE]);
  const plannedOf = planner(template, { model: plan.model, ...parametersOf(plan, seed) });
  return (together) => {
    const planned = Array.from(together, (one) => [plannedOf(one.cell), one] as const);
    const unread = planned.filter(([{ id }, { found }]) => found?.id !== id || !isOf(projectId, found));
    const standings = standingsOf(
      rows,
      projectId,
      unread.map(([cell]) => cell),
      existingOf(request),
    );
    return planned.map(([cell, one]) => [one, standings.get(cell) ?? thereAs(one.found ?? null)]);
  };
}

const isOf = (projectId: string, row: Row): boolean => row.projectId === projectId && hasAnswer(row);
const thereAs = (row: Row | null): Standing => ({ kind: 'there', row, own: row, others: NO_OTHERS });

/** By the combinations, in their order. */
const countCells: Count = async (rows, request, selected, onNew, { signal }) => {
  const { template, plan } = request;
  const tally = new Tally();
  const standings = lookUp(rows, request);
  const fresh: Cell[] = [];
  let lookedUp = 0;
  function* looked() {
    const cells = selectCells(template.slots, plan.cells).take(LOOKED_UP);
    for (const together of lookUps(cells.map((cell) => ({ cell })))) {
      lookedUp += together.length;
      for (const [{ cell }, standing] of standings(together)) {
        tally.add(standing);
        if (standing.kind === 'new') fresh.push(cell);
      }
      yield;
    }
  }
  await inSlices(looked(), signal);
  for (const cell of fresh) if (!(await onNew(cell))) break;
  return tally.counts(latticeSize(template.slots), selected, existingOf(request), lookedUp === selected);
};

/** By the rows that are there: a lattice of any size has no more of them than were made. */
const countRows: Count = async (rows, request, selected, onNew, { signal }) => {
  const { projectId, template, plan } = request;
  const tally = new Tally();
  const standings = lookUp(rows, request);
  const seen = new Map<bigint, Standing['kind']>();
  let lookedAt = 0;
  let together: { readonly index: bigint; readonly cell: Cell; readonly found: Row }[] = [];
  function take(): void {
    for (const [{ index }, standing] of standings(together)) {
      seen.set(index, standing.kind);
      tally.add(standing);
    }
    together = [];
  }
  function* looked() {
    for (const place of [projectId, asideProjectId(projectId)])
      for (const row of rows.scan(place, {})) {
        if (lookedAt === ROWS_LOOKED_AT) return;
        lookedAt += 1;
        const index = placeOf(row, template);
        if (index !== null && index < selected && !seen.has(index)) {
          seen.set(index, 'new');
          together.push({ index, cell: row.cell, found: row });
        }
        if (together.length === LOOKED_UP_TOGETHER) take();
        yield;
      }
  }
  await inSlices(looked(), signal);
  take();
  for (const cell of selectCells(template.slots, plan.cells)) {
    const kind = seen.get(cellIndex(template.slots, cell) ?? -1n) ?? 'new';
    if (kind === 'new' && !(await onNew(cell))) break;
    signal?.throwIfAborted();
  }
  return tally.counts(latticeSize(template.slots), selected, existingOf(request), lookedAt < ROWS_LOOKED_AT);
};

/** Where the combination of a row stands among those of the template; null when it is none of them. */
function placeOf({ source, cell }: Row, { slots }: Template): bigint | null {
  return source === 'generated' && Object.keys(cell).length === slots.length ? cellIndex(slots, cell) : null;
}
