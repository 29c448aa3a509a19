import { nearestName } from '../text/nearest.ts';
import { isSlotName, type PromptPart, parsePrompt, slotsUsed } from './prompt.ts';
import type { Slot, Template, TemplateField, TemplateFinding } from './types.ts';

/** What is wrong with slots as such, whatever the prompts do with them. All are errors. */
function findSlotProblems(slots: readonly Slot[]): readonly TemplateFinding[] {
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
    const message = `The slot ${slot.name} has no values, so there are 0 combinations.`;
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
    const message = `"${key}" is value ${first + 1} of ${slot.name} already; its rows would be generated twice.`;
    return [{ code: 'duplicate-value', severity, message, fix: 'Remove one of the two, or reword it.', place }];
  });
}

const FIELDS: readonly TemplateField[] = ['system', 'teacherPrompt', 'studentPrompt'];

export const FIELD_NAMES: Readonly<Record<TemplateField, string>> = {
  system: 'system message',
  teacherPrompt: 'teacher prompt',
  studentPrompt: 'student prompt',
};

/**
 * Everything wrong with a template, in reading order: prompts first, then slots. An error blocks a run.
 *
 * A slot that does not reach the teacher (by its prompt or the system message) is an error: cells that differ only
 * in it would be the same request, paid for twice. One that reaches the teacher but not the student is a warning: the
 * answers vary by something the tuned model does not see, which may be meant.
 */
export function findTemplateProblems(template: Template): readonly TemplateFinding[] {
  const names = template.slots.map((slot) => slot.name);
  return [
    ...FIELDS.flatMap((field) => findPromptProblems(template[field], field, names)),
    ...findSlotProblems(template.slots),
    ...findUnusedSlots(template),
  ];
}

/** Whether a run may start. */
export function hasErrors(findings: readonly { readonly severity: 'error' | 'warning' }[]): boolean {
  return findings.some((finding) => finding.severity === 'error');
}

function findPromptProblems(prompt: string, field: TemplateField, names: readonly string[]): TemplateFinding[] {
  if (prompt.trim() === '') {
    if (field === 'system') return [];
    const fix =
      field === 'teacherPrompt'
        ? 'Write what the teacher model should do.'
        : 'Write what the tuned model will be given, such as {race}, {class}.';
    return [
      {
        code: 'empty-prompt',
        severity: 'error',
        message: `The ${FIELD_NAMES[field]} is empty.`,
        fix,
        place: { kind: 'field', field, start: 0, end: prompt.length },
      },
    ];
  }
  return parsePrompt(prompt).flatMap((part) => {
    const trouble = partProblem(part, names);
    if (trouble === null) return [];
    return [{ ...trouble, severity: 'error', place: { kind: 'field', field, start: part.start, end: part.end } }];
  });
}

function partProblem(
  part: PromptPart,
  names: readonly string[],
): Pick<TemplateFinding, 'code' | 'message' | 'fix'> | null {
  switch (part.kind) {
    case 'text':
      return null;
    case 'slot': {
      if (names.includes(part.name)) return null;
      const near = nearestName(part.name, names);
      return {
        code: 'unknown-slot',
        message: `There is no slot named ${part.name}.`,
        fix:
          near === null
            ? `Add the slot ${part.name}, or write {{${part.name}}} for literal braces.`
            : `Did you mean {${near}}? Or add the slot ${part.name}.`,
      };
    }
    case 'stray-brace':
      return {
        code: 'unbalanced-brace',
        message: part.brace === '{' ? 'This { has no closing } on its line.' : 'This } has no opening {.',
        fix: `Write ${part.brace}${part.brace} for a literal brace, or complete the slot.`,
      };
    case 'not-a-name':
      return {
        code: 'invalid-slot-name',
        message: part.content.trim() === '' ? 'These braces are empty.' : `{${part.content}} cannot be a slot's name.`,
        fix: 'Name a slot between the braces (letters, digits, _ and -), or write {{ and }} for literal braces.',
      };
  }
}

function findUnusedSlots(template: Template): TemplateFinding[] {
  const system = slotsUsed(template.system);
  const teacher = system.union(slotsUsed(template.teacherPrompt));
  const student = system.union(slotsUsed(template.studentPrompt));
  return template.slots.flatMap(({ name }, slotIndex): TemplateFinding[] => {
    const place = { kind: 'slot', slotIndex, valueIndex: null } as const;
    const code = 'unused-slot';
    if (name === '' || (teacher.has(name) && student.has(name))) return [];
    if (teacher.has(name)) {
      const message = `The student prompt does not use ${name}: answers will vary by something the tuned model does not see.`;
      return [
        {
          code,
          severity: 'warning',
          message,
          fix: `Add {${name}} to the student prompt, unless this is meant.`,
          place,
        },
      ];
    }
    const message = student.has(name)
      ? `The teacher prompt does not use ${name}: combinations that differ only in it would be the same request, paid for again.`
      : `No prompt uses ${name}: its values would only repeat the same calls.`;
    return [
      { code, severity: 'error', message, fix: `Add {${name}} to the teacher prompt, or remove the slot.`, place },
    ];
  });
}
