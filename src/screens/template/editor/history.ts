import { renameInPrompt } from '../../../domain/template/parse.ts';
import type { Template, TemplateField } from '../../../domain/template/types.ts';

/** A change of the slots (or a template loaded over this one) as it was made. */
export interface SlotChange {
  readonly before: Template;
  readonly after: Template;
}

const LIMIT = 200;

export const FIELDS = ['system', 'teacherPrompt', 'studentPrompt'] as const satisfies readonly TemplateField[];

export function remember(past: readonly SlotChange[], before: Template, after: Template): readonly SlotChange[] {
  return before === after ? past : [...past, { before, after }].slice(-LIMIT);
}

/**
 * The template without the change. Prompts have an undo of their own, so what was typed in them since stays: a prompt
 * that is as the change left it goes back whole; in another one, only a renamed slot gets its old name again.
 */
export function withoutChange(now: Template, { before, after }: SlotChange): Template {
  const renamed = renamedSlot(before, after);
  const prompt = (field: TemplateField): string => {
    if (now[field] === after[field]) return before[field];
    return renamed === null ? now[field] : renameInPrompt(now[field], renamed.to, renamed.from);
  };
  return {
    ...before,
    system: prompt('system'),
    teacherPrompt: prompt('teacherPrompt'),
    studentPrompt: prompt('studentPrompt'),
  };
}

function renamedSlot(before: Template, after: Template): { readonly from: string; readonly to: string } | null {
  if (before.slots.length !== after.slots.length) return null;
  const at = before.slots.findIndex((slot, index) => slot.name !== after.slots[index]?.name);
  const from = before.slots[at];
  const to = after.slots[at];
  return from === undefined || to === undefined || from.values !== to.values ? null : { from: from.name, to: to.name };
}
