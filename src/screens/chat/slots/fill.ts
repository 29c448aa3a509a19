import { studentMessages } from '../../../domain/template/messages.ts';
import { slotsUsed } from '../../../domain/template/parse.ts';
import type { Cell, Template } from '../../../domain/template/types.ts';

export interface SlotField {
  readonly name: string;
  /** The template's values; none for a slot the prompt names and the template lacks. */
  readonly offered: readonly string[];
}

/** The slots a student prompt needs, in the order of the template. */
export function slotFields(template: Template): readonly SlotField[] {
  const used = slotsUsed(template.system).union(slotsUsed(template.studentPrompt));
  const known = template.slots.filter(({ name }) => used.has(name));
  const names = new Set(known.map(({ name }) => name));
  return [
    ...known.map(({ name, values }) => ({ name, offered: values })),
    ...[...used].filter((name) => !names.has(name)).map((name) => ({ name, offered: [] })),
  ];
}

/** What was typed for a slot; a slot may be named like a method of objects. */
export const typedFor = (typed: Readonly<Record<string, string>>, name: string): string =>
  Object.hasOwn(typed, name) ? (typed[name] ?? '') : '';

/** The value of a slot: what was typed, else the first one offered. */
export function slotValue({ name, offered }: SlotField, typed: Readonly<Record<string, string>>): string {
  return typedFor(typed, name).trim() || (offered[0] ?? '');
}

/** The value offered after (1) or before (-1) the one in the field, round and round. */
export function stepValue(field: SlotField, typed: Readonly<Record<string, string>>, by: 1 | -1): string {
  const { offered } = field;
  const at = offered.indexOf(slotValue(field, typed));
  if (at < 0) return (by > 0 ? offered[0] : offered.at(-1)) ?? typedFor(typed, field.name);
  return offered[(at + by + offered.length) % offered.length] ?? '';
}

/** Index of the first slot without a value; -1 when all have one. */
export function firstEmpty(fields: readonly SlotField[], typed: Readonly<Record<string, string>>): number {
  return fields.findIndex((field) => slotValue(field, typed) === '');
}

export interface StudentPrompt {
  /** Empty when the template has none. */
  readonly system: string;
  readonly user: string;
}

/** What the tuned model is given for these values, exactly as in training. */
export function studentPrompt(template: Template, typed: Readonly<Record<string, string>>): StudentPrompt {
  const cell: Cell = Object.fromEntries(slotFields(template).map((field) => [field.name, slotValue(field, typed)]));
  const messages = studentMessages(template, cell);
  return {
    system: messages.find(({ role }) => role === 'system')?.content ?? '',
    user: messages.find(({ role }) => role === 'user')?.content ?? '',
  };
}
