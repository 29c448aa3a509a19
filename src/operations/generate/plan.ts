import type { Sampling } from '../../domain/chat/types.ts';
import { rowId } from '../../domain/dataset/identity.ts';
import type { Row } from '../../domain/dataset/types.ts';
import { selectCells } from '../../domain/lattice/select.ts';
import type { GenerationPlan } from '../../domain/project/types.ts';
import { teacherMessages } from '../../domain/template/messages.ts';
import type { Template } from '../../domain/template/types.ts';
import type { RowStore } from '../ports.ts';
import type { CallShape, Work } from './types.ts';

export type UnpricedWork = Omit<Work, 'worstUsd'>;

/** One cell of a plan: still to be bought, or there already. */
export type PlannedCell = UnpricedWork | { readonly id: string; readonly reused: true };

export const isReused = (cell: PlannedCell): cell is { readonly id: string; readonly reused: true } => 'reused' in cell;

/** The parameters a plan's calls are made with, and that are part of a row's identity. */
export function parametersOf(plan: GenerationPlan, seed: number | null = null): Sampling {
  const parameters = { temperature: plan.temperature, maxTokens: plan.maxTokens };
  return seed === null ? parameters : { ...parameters, seed };
}

/** A row that failed has no answer, so the next run buys it; every other row is kept as it is. */
export const isBought = (row: Row | null): boolean => row !== null && row.status !== 'failed';

/** The cells of a plan as calls, one at a time, each with what the store knows of it. */
export function* planCells(
  rows: Pick<RowStore, 'get'>,
  projectId: string,
  template: Template,
  plan: GenerationPlan,
  shape: CallShape,
): Generator<PlannedCell, void, undefined> {
  const { model, ...parameters } = shape;
  for (const cell of selectCells(template.slots, plan.cells)) {
    const messages = teacherMessages(template, cell);
    const id = rowId({ model, messages, parameters, cell });
    const old = rows.get(projectId, id);
    if (isBought(old)) yield { id, reused: true };
    else yield { id, projectId, cell, messages, old };
  }
}
