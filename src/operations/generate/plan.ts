import type { Sampling } from '../../domain/chat/types.ts';
import { rowId } from '../../domain/dataset/identity.ts';
import { selectCells } from '../../domain/lattice/select.ts';
import type { GenerationPlan } from '../../domain/project/types.ts';
import { teacherMessages } from '../../domain/template/messages.ts';
import type { Template } from '../../domain/template/types.ts';
import { isBought, type PlannedWork, type Target } from '../buying/types.ts';
import type { RowStore } from '../ports.ts';

/** The parameters a plan's calls are made with, and that are part of a row's identity. */
export function parametersOf(plan: GenerationPlan, seed: number | null = null): Sampling {
  const parameters = { temperature: plan.temperature, maxTokens: plan.maxTokens };
  return seed === null ? parameters : { ...parameters, seed };
}

/** The cells of a plan as calls, one at a time, each with what the store knows of it. */
export function* planCells(
  rows: Pick<RowStore, 'get'>,
  projectId: string,
  template: Template,
  plan: GenerationPlan,
  target: Target,
): Generator<PlannedWork, void, undefined> {
  const { model, ...parameters } = target.shape;
  for (const cell of selectCells(template.slots, plan.cells)) {
    const messages = teacherMessages(template, cell);
    const id = rowId({ model, messages, parameters, cell });
    const old = rows.get(projectId, id);
    if (isBought(old)) yield { id, reused: true };
    else yield { id, projectId, target, cell, messages, old };
  }
}
