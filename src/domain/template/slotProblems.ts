import { isSlotName } from './parse.ts';
import type { Slot, TemplateFinding } from './types.ts';

/** What is wrong with slots as such, whatever the prompts do with them. All are errors. */
export function findSlotProblems(slots: readonly Slot[]): readonly TemplateFinding[] {
  return slots.flatMap((slot, slotIndex) => [
    ...findNameProblems(slot.name, slotIndex, slots),
    ...findValueProblems(slot, slotIndex),
  ]);
}

/** Why a slot cannot take this name among these others; null when it can. */
export function slotNameProblem(name: string, others: readonly string[]): string | null {
  if (name === '') return 'A slot needs a name.';
  if (!isSlotName(name)) return 'A name is a letter, then letters, digits, _ and -, 40 at most.';
  return others.includes(name) ? `There is already a slot named ${name}.` : null;
}

function findNameProblems(name: string, slotIndex: number, slots: readonly Slot[]): TemplateFinding[] {
  const place = { kind: 'slot', slotIndex, valueIndex: null } as const;
  if (!isSlotName(name)) {
    const message = name === '' ? 'This slot has no name.' : `"${name}" cannot be a slot's name.`;
    const fix = 'Use a letter, then letters, digits, _ and -, 40 at most.';
    return [{ code: 'invalid-slot-name', severity: 'error', message, fix, place }];
  }
  const first = slots.findIndex((other) => other.name === name);
  if (first === slotIndex) return [];
  const message = `Slot ${first + 1} is named ${name} already.`;
  return [{ code: 'duplicate-slot', severity: 'error', message, fix: 'Rename one of the two, or remove it.', place }];
}

function findValueProblems(slot: Slot, slotIndex: number): TemplateFinding[] {
  const severity = 'error';
  if (slot.values.length === 0) {
    const message = `The slot ${slot.name} has no values, so the product is 0 cells.`;
    const place = { kind: 'slot', slotIndex, valueIndex: null } as const;
    return [{ code: 'empty-slot', severity, message, fix: 'Add a value, or remove the slot.', place }];
  }
  const firstAt = new Map<string, number>();
  return slot.values.flatMap((value, valueIndex): TemplateFinding[] => {
    const place = { kind: 'slot', slotIndex, valueIndex } as const;
    const key = value.trim();
    if (key === '') {
      const message = `Value ${valueIndex + 1} of ${slot.name} is empty.`;
      return [{ code: 'empty-value', severity, message, fix: 'Write a value, or remove this one.', place }];
    }
    const first = firstAt.get(key);
    if (first === undefined) {
      firstAt.set(key, valueIndex);
      return [];
    }
    const message = `"${key}" is value ${first + 1} of ${slot.name} already; its rows would be bought twice.`;
    return [{ code: 'duplicate-value', severity, message, fix: 'Remove one of the two, or reword it.', place }];
  });
}
