import { exampleOf, isTrainable } from '../domain/dataset/example.ts';
import { formatExample } from '../domain/dataset/export.ts';
import { rowId } from '../domain/dataset/identity.ts';
import type { Row } from '../domain/dataset/types.ts';
import { cellIndex } from '../domain/lattice/lattice.ts';
import { selectCells } from '../domain/lattice/select.ts';
import { PLAN_DEFAULTS } from '../domain/project/defaults.ts';
import type { CellSelection, GenerationPlan } from '../domain/project/types.ts';
import { teacherMessages } from '../domain/template/messages.ts';
import type { Cell, Template } from '../domain/template/types.ts';
import { parametersOf } from '../operations/generate/plan.ts';
import type { RowStore } from '../operations/ports.ts';

interface PlanOptions {
  readonly cells?: number;
  readonly concurrency?: number;
  readonly cap?: number;
  readonly seed?: number;
  readonly temperature?: number;
  readonly maxTokens?: number;
}

export const planOf = (model: string, options: PlanOptions): GenerationPlan => ({
  model,
  temperature: options.temperature ?? PLAN_DEFAULTS.temperature,
  maxTokens: options.maxTokens ?? PLAN_DEFAULTS.maxTokens,
  cells: selectionOf(options),
  concurrency: options.concurrency ?? 'auto',
  capUsd: options.cap ?? null,
});

function selectionOf({ cells, seed }: PlanOptions): CellSelection {
  if (cells === undefined) return { kind: 'all' };
  return seed === undefined ? { kind: 'first', count: cells } : { kind: 'random', count: cells, seed };
}

export interface PlannedRows {
  readonly projectId: string;
  readonly template: Template;
  readonly plan: GenerationPlan;
  readonly seed: number | null;
}

/** The plan's rows that are there, in the order of the lattice; rows of other plans of the project are left out. */
export function* storedRows(rows: Pick<RowStore, 'get'>, planned: PlannedRows): Generator<Row, void, undefined> {
  const { projectId, template, plan, seed } = planned;
  const parameters = parametersOf(plan, seed);
  for (const cell of inLatticeOrder(template, plan.cells)) {
    const id = rowId({ model: plan.model, messages: teacherMessages(template, cell), parameters, cell });
    const row = rows.get(projectId, id);
    if (row !== null) yield row;
  }
}

function inLatticeOrder(template: Template, selection: CellSelection): Iterable<Cell> {
  const { slots } = template;
  const cells = selectCells(slots, selection);
  if (selection.kind === 'all' || selection.kind === 'first') return cells;
  const place = (cell: Cell): bigint => cellIndex(slots, cell) ?? 0n;
  return [...cells].toSorted((a, b) => Number(place(a) - place(b)));
}

/** Training lines of the rows that came whole; `onRow` hears each row, with whether it was written. */
export function* trainingLines(
  rows: Iterable<Row>,
  template: Template,
  onRow: (row: Row, written: boolean) => void,
): Generator<string, void, undefined> {
  for (const row of rows) {
    const written = isTrainable(row, 'not-rejected');
    onRow(row, written);
    if (written) yield formatExample(exampleOf(row, template), 'chat');
  }
}
