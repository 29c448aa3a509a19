import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findTemplateProblems, hasErrors } from '../../../src/domain/template/problems.ts';
import type { Template } from '../../../src/domain/template/types.ts';
import { templates } from './arbitrary.ts';

const sound: Template = {
  name: 'n',
  system: '',
  teacherPrompt: 'Write of {race} with {pet}.',
  studentPrompt: '{race}, {pet}',
  slots: [
    { name: 'race', values: ['elf', 'dwarf'] },
    { name: 'pet', values: ['owl'] },
  ],
};
const findings = (change: Partial<Template>) => findTemplateProblems({ ...sound, ...change });

describe('findTemplateProblems', () => {
  it('finds nothing in a sound template', () => {
    expect(findTemplateProblems(sound)).toEqual([]);
  });

  it('points at an unknown slot and names the nearest', () => {
    expect(findings({ teacherPrompt: '{race} {pet} {rce}' })).toEqual([
      expect.objectContaining({
        code: 'unknown-slot',
        severity: 'error',
        fix: expect.stringContaining('{race}'),
        place: { kind: 'field', field: 'teacherPrompt', start: 13, end: 18 },
      }),
    ]);
  });

  it.each([
    ['{race} {pet} {', '{', 13],
    ['} {race} {pet}', '}', 0],
    ['{race\n} {race} {pet}', '{', 0],
  ])('points at the unbalanced brace of %j', (teacherPrompt, brace, start) => {
    const [finding] = findings({ teacherPrompt });
    expect(finding).toMatchObject({ code: 'unbalanced-brace', severity: 'error', place: { start, end: start + 1 } });
    expect(finding?.message).toContain(brace);
  });

  it('asks for doubled braces where braces hold no name', () => {
    const [finding] = findings({ system: 'Answer as {"name": 1}' });
    expect(finding).toMatchObject({ code: 'invalid-slot-name', place: { field: 'system', start: 10, end: 21 } });
    expect(finding?.fix).toContain('{{');
  });

  it('refuses empty prompts, but not an empty system message', () => {
    expect(findings({ studentPrompt: ' \n' }).map((finding) => [finding.code, finding.severity])).toEqual([
      ['empty-prompt', 'error'],
      ['unused-slot', 'warning'],
      ['unused-slot', 'warning'],
    ]);
  });

  it('distinguishes a slot unused by the teacher (error) from one unused by the student (warning)', () => {
    expect(findings({ teacherPrompt: '{race}' })).toMatchObject([
      { code: 'unused-slot', severity: 'error', place: { kind: 'slot', slotIndex: 1, valueIndex: null } },
    ]);
    expect(findings({ studentPrompt: '{race}' })).toMatchObject([{ code: 'unused-slot', severity: 'warning' }]);
    expect(findings({ studentPrompt: '{race}', teacherPrompt: '{race}' })).toMatchObject([{ severity: 'error' }]);
    expect(findings({ teacherPrompt: 'Write.', studentPrompt: 'x', system: '{race} {pet}' })).toEqual([]);
  });

  it('points at bad slots and values', () => {
    const slots = [
      { name: 'race', values: ['elf', ' ', 'elf '] },
      { name: 'pet', values: [] },
      { name: 'race', values: ['x'] },
      { name: '9 lives', values: ['x'] },
      { name: '', values: ['x'] },
    ];
    const found = findings({ slots }).filter((finding) => finding.code !== 'unused-slot');
    expect(found.map((finding) => [finding.code, finding.place])).toEqual([
      ['empty-value', { kind: 'slot', slotIndex: 0, valueIndex: 1 }],
      ['duplicate-value', { kind: 'slot', slotIndex: 0, valueIndex: 2 }],
      ['empty-slot', { kind: 'slot', slotIndex: 1, valueIndex: null }],
      ['duplicate-slot', { kind: 'slot', slotIndex: 2, valueIndex: null }],
      ['invalid-slot-name', { kind: 'slot', slotIndex: 3, valueIndex: null }],
      ['invalid-slot-name', { kind: 'slot', slotIndex: 4, valueIndex: null }],
    ]);
    expect(hasErrors(found)).toBe(true);
  });

  it('always points inside the template', () => {
    fc.assert(
      fc.property(templates, (template) => {
        for (const { place, fix } of findTemplateProblems(template)) {
          expect(fix).not.toBe('');
          if (place.kind === 'field') expect(place.end).toBeLessThanOrEqual(template[place.field].length);
          else expect(template.slots[place.slotIndex]).toBeDefined();
        }
      }),
    );
  });
});
