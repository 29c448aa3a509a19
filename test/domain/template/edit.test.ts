import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addSlot,
  addValues,
  moveSlot,
  moveValue,
  parseValueList,
  removeSlot,
  removeValue,
  renameSlot,
  renameValue,
} from '../../../src/domain/template/edit.ts';
import { findTemplateProblems } from '../../../src/domain/template/problems.ts';
import type { Template } from '../../../src/domain/template/types.ts';
import { templates } from './arbitrary.ts';

const template: Template = {
  name: 'n',
  system: 'For {race}',
  teacherPrompt: '{race} and {pet}, {{race}}',
  studentPrompt: '{race}, {pet}',
  slots: [
    { name: 'race', values: ['elf', 'dwarf', 'orc'] },
    { name: 'pet', values: ['owl'] },
  ],
};
const names = (of: Template) => of.slots.map((slot) => slot.name);
const values = (of: Template) => of.slots[0]?.values;

describe('slot edits', () => {
  it('add at the end, but no name twice and no bad name', () => {
    expect(names(addSlot(template, 'class', ['monk']))).toEqual(['race', 'pet', 'class']);
    expect(addSlot(template, 'race')).toBe(template);
    expect(addSlot(template, '9')).toBe(template);
  });

  it('rename in every prompt', () => {
    const renamed = renameSlot(template, 0, 'kin');
    expect(renamed).toMatchObject({
      system: 'For {kin}',
      teacherPrompt: '{kin} and {pet}, {{race}}',
      studentPrompt: '{kin}, {pet}',
    });
    expect(renameSlot(template, 0, 'pet')).toBe(template);
    expect(renameSlot(template, 9, 'x')).toBe(template);
  });

  it('rename there and back changes nothing', () => {
    fc.assert(
      fc.property(templates, (any) => {
        fc.pre(any.slots.length > 0 && !names(any).includes('zz-new') && !JSON.stringify(any).includes('zz-new'));
        const before = findTemplateProblems(any).length;
        const there = renameSlot(any, 0, 'zz-new');
        expect(findTemplateProblems(there)).toHaveLength(before);
      }),
    );
  });

  it('remove and move', () => {
    expect(names(removeSlot(template, 0))).toEqual(['pet']);
    expect(removeSlot(template, 5)).toBe(template);
    expect(names(moveSlot(template, 0, 9))).toEqual(['pet', 'race']);
    expect(moveSlot(template, 0, -1)).toBe(template);
  });

  it('add what is new of a pasted list', () => {
    expect(values(addValues(template, 0, 'orc\r\n- gnome\n• half-elf,\n\ngnome'))).toEqual([
      'elf',
      'dwarf',
      'orc',
      'gnome',
      'half-elf',
    ]);
    expect(addValues(template, 0, 'elf, dwarf')).toBe(template);
    expect(addValues(template, 7, 'x')).toBe(template);
  });

  it('remove, rename and move values', () => {
    expect(values(removeValue(template, 0, 1))).toEqual(['elf', 'orc']);
    expect(removeValue(template, 0, 9)).toBe(template);
    expect(values(renameValue(template, 0, 1, 'gnome'))).toEqual(['elf', 'gnome', 'orc']);
    expect(renameValue(template, 0, 9, 'x')).toBe(template);
    expect(values(moveValue(template, 0, 2, 0))).toEqual(['orc', 'elf', 'dwarf']);
  });
});

describe('parseValueList', () => {
  it.each([
    ['a, b ,c', ['a', 'b', 'c']],
    ['Paris, France\nRome, Italy', ['Paris, France', 'Rome, Italy']],
    ['a\tb', ['a', 'b']],
    [' , ,', []],
    ['- one\n* two', ['one', 'two']],
    ['one\n', ['one']],
    ['half-elf', ['half-elf']],
  ])('reads %j', (list, expected) => {
    expect(parseValueList(list)).toEqual(expected);
  });
});
