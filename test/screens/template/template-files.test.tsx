import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../../src/domain/template/document.ts';
import { renderTemplate } from './render-template.tsx';

describe('template files', () => {
  it('saves what is on screen, as YAML or JSON, under a name of the template', async () => {
    const app = await renderTemplate();
    await app.press('j', 'enter');
    await app.type('!');
    await app.press('escape', 'w');
    expect(app.frame()).toContain('d-d-characters.yaml');
    await app.press('enter');
    await app.waitFor('Saved to d-d-characters.yaml.');
    const saved = parseTemplate(app.desk.disk.documents.files.get('d-d-characters.yaml') ?? '', 'x.yaml');
    expect(saved).toEqual({ ok: true, template: app.template() });
    expect(app.template().studentPrompt).toMatch(/!$/);
  });

  it('says the line and the mending of a file that is none, and tries again in the same place', async () => {
    const app = await renderTemplate();
    const { files } = app.desk.disk.documents;
    files.set('mine.yaml', 'teacher_prompt: Tell of {race}\nstudnt_prompt: "{race}"\nslots: {race: [elf]}\n');
    await app.press('o');
    await app.type('mine.yaml\r');
    await app.waitFor('Line 2: The key studnt_prompt is not known.');
    expect(app.frame()).toContain('Did you mean student_prompt?');
    files.set('mine.yaml', 'teacher_prompt: Tell of {race}\nstudent_prompt: "{race}"\nslots: {race: [elf]}\n');
    await app.press('enter');
    await app.waitFor('Loaded mine.');
    expect(app.frame()).toContain('Tell of {race}');
    expect(app.frame()).toContain('1 combination');
    await app.press('tab', 'u');
    expect(app.template().name).toBe('D&D characters');
  });

  it('asks before it writes over a file of someone else, and then does not ask again', async () => {
    const app = await renderTemplate();
    const { files } = app.desk.disk.documents;
    files.set('d-d-characters.yaml', 'precious');
    await app.press('w', 'enter');
    await app.waitFor('Replace the file?');
    await app.press('escape');
    await app.waitFor('Save the template');
    expect(files.get('d-d-characters.yaml')).toBe('precious');
    await app.press('enter');
    await app.waitFor('Replace the file?');
    await app.press('y');
    await app.waitFor('Saved to d-d-characters.yaml.');
    expect(files.get('d-d-characters.yaml')).toContain('student_prompt');
    await app.press('w', 'enter');
    await app.waitFor('Saved to d-d-characters.yaml.');
  });

  it('leaves everything as it was on Esc, which asks before a path that was typed is dropped', async () => {
    const app = await renderTemplate();
    const before = app.template();
    await app.press('w', 'escape');
    expect(app.frame()).not.toContain('Save the template');
    await app.press('o');
    await app.type('nowhere.yaml\r');
    await app.waitFor('There is no file nowhere.yaml.');
    await app.press('escape');
    expect(app.frame()).toContain('Esc again drops what you typed.');
    await app.type('x');
    expect(app.frame()).not.toContain('Esc again');
    await app.press('escape', 'escape');
    expect(app.frame()).toContain('Teacher prompt');
    expect(app.template()).toBe(before);
  });
});
