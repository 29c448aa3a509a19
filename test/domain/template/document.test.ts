import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTemplate, templateFormat } from '../../../src/domain/template/document.ts';
import { formatTemplate } from '../../../src/domain/template/document-format.ts';
import { templates } from './arbitrary.ts';

const errorsOf = (text: string, format = 'yaml') => {
  const parsed = parseTemplate(text, format);
  return parsed.ok ? [] : parsed.errors;
};

describe('template files', () => {
  it('read back what was written, in both formats', () => {
    fc.assert(
      fc.property(templates, fc.constantFrom('yaml', 'json'), (template, format) => {
        expect(parseTemplate(formatTemplate(template, format), format)).toEqual({ ok: true, template });
      }),
      { numRuns: 400 },
    );
  });

  it.each([' \n', '\n \n', ' \t\n \n', '\n'])('read back a text of nothing but white space: %j', (blank) => {
    const slots = [{ name: 'race', values: [blank] }];
    const template = { name: 'n', system: blank, teacherPrompt: blank, studentPrompt: blank, slots };
    expect(parseTemplate(formatTemplate(template, 'yaml'), 'yaml')).toEqual({ ok: true, template });
  });

  it('keep a template that has the same slot twice', () => {
    const slot = { name: 'race', values: ['elf'] };
    const template = { name: 'n', system: '', teacherPrompt: 't', studentPrompt: 's', slots: [slot, slot] };
    expect(parseTemplate(formatTemplate(template, 'yaml'), 'yaml')).toEqual({ ok: true, template });
  });

  it('are no web page', () => {
    expect(errorsOf('<!DOCTYPE html>\n<html></html>')).toMatchObject([
      { line: 1, message: 'This is a web page (HTML), no template.' },
    ]);
  });

  it('write long prompts as blocks and short lists on a line', () => {
    const slots = [{ name: 'race', values: ['elf', 'dwarf'] }];
    const text = formatTemplate(
      { name: 'D&D', system: '', teacherPrompt: 'One\nTwo', studentPrompt: '{race}', slots },
      'yaml',
    );
    expect(text).toBe(
      'name: D&D\nsystem: ""\nteacher_prompt: |-\n  One\n  Two\nstudent_prompt: "{race}"\nslots:\n  race: [elf, dwarf]\n',
    );
  });

  it('coerce numbers and booleans to what was written, accept camelCase, a comma list, and a missing name', () => {
    const text = 'teacherPrompt: t\nstudentPrompt: s\nslots:\n  level: [1, 2.50, true, 0x1F]\n  pet: owl, toad\n';
    expect(parseTemplate(text, 'some/dir/hero.yml')).toEqual({
      ok: true,
      template: {
        name: 'hero',
        system: '',
        teacherPrompt: 't',
        studentPrompt: 's',
        slots: [
          { name: 'level', values: ['1', '2.50', 'true', '0x1F'] },
          { name: 'pet', values: ['owl', 'toad'] },
        ],
      },
    });
  });

  it('follow anchors', () => {
    const text = 'teacher_prompt: t\nstudent_prompt: s\nslots:\n  a: &list [x, y]\n  b: *list\n';
    const parsed = parseTemplate(text, 'yaml');
    expect(parsed.ok && parsed.template.slots[1]).toEqual({ name: 'b', values: ['x', 'y'] });
  });

  it.each([
    [
      'a null value',
      'teacher_prompt: t\nstudent_prompt: s\nslots:\n  race:\n    - elf\n    -\n',
      6,
      /Value 2 of race is empty/,
    ],
    ['a slot without values', 'teacher_prompt: t\nstudent_prompt: s\nslots:\n  race:\n', 4, /race has no values/],
    [
      'a value that is a map',
      'teacher_prompt: t\nstudent_prompt: s\nslots:\n  w:\n    - Sting: blade\n',
      5,
      /not text/,
    ],
    ['an unquoted slot', 'teacher_prompt: t\nstudent_prompt: {race}\n', 2, /student_prompt must be text/],
    ['unquoted slots', 'teacher_prompt: t\nstudent_prompt: {race}, {class}\n', 2, /not YAML/],
    ['a misspelt key', 'techer_prompt: t\nstudent_prompt: s\n', 1, /techer_prompt is not known/],
    ['a missing prompt', 'teacher_prompt: t\nslots: {}\n', 1, /student_prompt is missing/],
    ['a key twice', 'teacher_prompt: t\nteacherPrompt: u\nstudent_prompt: s\n', 2, /written twice/],
    ['a tab', 'teacher_prompt: t\nslots:\n\trace: [a]\n', 3, /not YAML/],
    ['slots that are text', 'teacher_prompt: t\nstudent_prompt: s\nslots: many\n', 3, /slots must be a map/],
    ['nothing', '', 1, /no template/],
    ['a list', '- a\n', 1, /no template/],
  ])('name the line of %s', (_, text, line, message) => {
    const errors = errorsOf(text);
    expect(errors[0]?.line).toBe(line);
    expect(errors[0]?.message).toMatch(message);
    expect(errors[0]?.fix).not.toBe('');
  });

  it('name the line in JSON, tabs or not', () => {
    expect(
      errorsOf('{\n\t"name": "x",\n\t"slots": {"a": [null]},\n"teacher_prompt":"t","student_prompt":"s"}', 'json'),
    ).toEqual([expect.objectContaining({ line: 3, message: expect.stringMatching(/Value 1 of a is empty/) })]);
    expect(errorsOf('{\n  "name": "x",\n  oops\n}', 'a.json')[0]).toMatchObject({ line: 3, column: 3 });
    expect(errorsOf('{\n  "name": ', 'a.json')[0]).toMatchObject({ line: 2 });
  });

  it.each([
    ['{\n "slots": {"a": ["b",]}\n}', 2, 22, 'a comma with nothing after it', 'Remove the comma before it.'],
    ["{'name': 1}", 1, 2, 'single quotes', 'Write double quotes'],
    ['{"name": None}', 1, 10, 'Python’s None', 'Write null'],
    ['{"name": "x"', 1, 13, 'it ends too early', 'down to its last bracket'],
    ['{\n"name" "x"}', 2, 8, 'a colon missing', 'Put a colon between the key and its value.'],
  ])('name what is no JSON in %s, with its place and fix', (text, line, column, what, fix) => {
    expect(errorsOf(text, 'a.json')).toEqual([
      {
        line,
        column,
        message: `This is not JSON: ${what}.`,
        fix: expect.stringContaining(fix),
      },
    ]);
  });

  it('never throw, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), fc.constantFrom('yaml', 'json'), (text, format) => {
        const parsed = parseTemplate(text, format);
        if (!parsed.ok) expect(parsed.errors.length).toBeGreaterThan(0);
      }),
    );
  });

  it('know the format by the name', () => {
    expect(['a.json', 'json', 'A.JSON'].map(templateFormat)).toEqual(['json', 'json', 'json']);
    expect(['a.yaml', 'yaml', 'b.yml', 'notjson'].map(templateFormat)).toEqual(['yaml', 'yaml', 'yaml', 'yaml']);
  });
});
