import { slotNameProblem } from './problems.ts';
import { renameInPrompt } from './prompt.ts';
import type { Slot, Template } from './types.ts';

/**
 * Edits of the slot list, as pure steps from template to template. An edit that cannot be made (no such slot, a name
 * that is taken) gives the same template back, so a caller may compare by identity.
 */

/** Adds a slot at the end. */
export function addSlot(template: Template, name: string, values: readonly string[] = []): Template {
  const names = template.slots.map((slot) => slot.name);
  if (slotNameProblem(name, names) !== null) return template;
  return { ...template, slots: [...template.slots, { name, values }] };
}

/** Renames a slot, and its marks in every prompt. */
export function renameSlot(template: Template, slotIndex: number, name: string): Template {
  const slot = template.slots[slotIndex];
  const others = template.slots.filter((_, index) => index !== slotIndex).map((other) => other.name);
  if (slot === undefined || slot.name === name || slotNameProblem(name, others) !== null) return template;
  const twin = others.includes(slot.name);
  const reword = (prompt: string) => (twin ? prompt : renameInPrompt(prompt, slot.name, name));
  return {
    ...template,
    system: reword(template.system),
    teacherPrompt: reword(template.teacherPrompt),
    studentPrompt: reword(template.studentPrompt),
    slots: template.slots.with(slotIndex, { ...slot, name }),
  };
}

/** Removes a slot; its marks stay in the prompts, where they are shown as unknown. */
export function removeSlot(template: Template, slotIndex: number): Template {
  if (template.slots[slotIndex] === undefined) return template;
  return { ...template, slots: template.slots.toSpliced(slotIndex, 1) };
}

/** Moves a slot to another place in the list; `to` is held within it. */
export function moveSlot(template: Template, from: number, to: number): Template {
  const slots = moved(template.slots, from, to);
  return slots === template.slots ? template : { ...template, slots };
}

/** Adds the values of a pasted or typed list that the slot does not have yet. */
export function addValues(template: Template, slotIndex: number, list: string): Template {
  return changeValues(template, slotIndex, (values) => {
    const fresh = [...new Set(parseValueList(list))].filter((value) => !values.includes(value));
    return fresh.length === 0 ? values : [...values, ...fresh];
  });
}

export function removeValue(template: Template, slotIndex: number, valueIndex: number): Template {
  return changeValues(template, slotIndex, (values) =>
    values[valueIndex] === undefined ? values : values.toSpliced(valueIndex, 1),
  );
}

export function renameValue(template: Template, slotIndex: number, valueIndex: number, value: string): Template {
  return changeValues(template, slotIndex, (values) =>
    values[valueIndex] === undefined || values[valueIndex] === value ? values : values.with(valueIndex, value),
  );
}

/** Moves a value to another place in its slot; `to` is held within it. */
export function moveValue(template: Template, slotIndex: number, from: number, to: number): Template {
  return changeValues(template, slotIndex, (values) => moved(values, from, to));
}

/**
 * The values of a list as people paste them: one a line (or a spreadsheet's tabs), else separated by commas. With
 * lines, commas belong to the values. Bullets, surrounding space and trailing commas are dropped, empty items too.
 */
export function parseValueList(list: string): readonly string[] {
  const byLine = /[\n\r\t]/.test(list.trim());
  return list
    .split(byLine ? /[\n\r\t]+/ : ',')
    .map((item) =>
      item
        .trim()
        .replace(byLine ? /^[-*•]\s+|,$/g : /^$/, '')
        .trim(),
    )
    .filter((item) => item !== '');
}

function changeValues(
  template: Template,
  slotIndex: number,
  change: (values: Slot['values']) => Slot['values'],
): Template {
  const slot = template.slots[slotIndex];
  if (slot === undefined) return template;
  const values = change(slot.values);
  return values === slot.values
    ? template
    : { ...template, slots: template.slots.with(slotIndex, { ...slot, values }) };
}

function moved<T>(items: readonly T[], from: number, to: number): readonly T[] {
  const target = Math.max(0, Math.min(items.length - 1, to));
  const item = items[from];
  if (item === undefined || target === from) return items;
  return items.toSpliced(from, 1).toSpliced(target, 0, item);
}
