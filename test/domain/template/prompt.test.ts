import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parsePrompt,
  renameInPrompt,
  renderPrompt,
  slotsUsed,
  studentMessages,
  teacherMessages,
} from '../../../src/domain/template/prompt.ts';

const prompt = fc
  .array(fc.oneof(fc.string(), fc.constantFrom('{', '}', '{{', '}}', '{race}', '{ race }', '{}', '\n')))
  .map((parts) => parts.join(''));

describe('parsePrompt', () => {
  it('covers the prompt without a gap', () => {
    fc.assert(
      fc.property(prompt, (text) => {
        const parts = parsePrompt(text);
        let at = 0;
        for (const part of parts) {
          expect(part.start).toBe(at);
          at = part.end;
        }
        expect(at).toBe(text.length);
      }),
    );
  });

  it('renders escaped text to itself', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(renderPrompt(text.replaceAll('{', '{{').replaceAll('}', '}}'), {})).toBe(text);
      }),
    );
  });

  it.each([
    ['a {race}.', 'a elf.'],
    ['{{race}}', '{race}'],
    ['{{{race}}}', '{elf}'],
    ['{ race }', 'elf'],
    ['{foo {race}', '{foo elf'],
    ['{other} {constructor} }', '{other} {constructor} }'],
    ['{"a": 1}', '{"a": 1}'],
  ])('renders %s', (text, rendered) => {
    expect(renderPrompt(text, { race: 'elf' })).toBe(rendered);
  });

  it('never reads a value as a prompt', () => {
    expect(renderPrompt('{a}{b}', { a: '{b}', b: '$&' })).toBe('{b}$&');
  });

  it('renames one slot only', () => {
    expect(renameInPrompt('{race} {{race}} {races} { race }', 'race', 'kin')).toBe('{kin} {{race}} {races} {kin}');
    expect([...slotsUsed('{a} {{b}} {c}{a}')]).toEqual(['a', 'c']);
  });
});

describe('messages', () => {
  const template = { name: '', system: '', teacherPrompt: 'Write {race}\n', studentPrompt: '{race}', slots: [] };

  it('leave an empty system message out', () => {
    expect(teacherMessages(template, { race: 'elf' })).toEqual([{ role: 'user', content: 'Write elf' }]);
  });

  it('render the system message for the student too', () => {
    expect(studentMessages({ ...template, system: 'Be a {race}.\n' }, { race: 'elf' })).toEqual([
      { role: 'system', content: 'Be a elf.' },
      { role: 'user', content: 'elf' },
    ]);
  });
});
