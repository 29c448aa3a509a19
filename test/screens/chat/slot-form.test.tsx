import { describe, expect, it } from 'vitest';
import { EMPTY_TEMPLATE } from '../../../src/domain/template/examples.ts';
import { firstEmpty, slotFields, slotValue, stepValue, studentPrompt } from '../../../src/screens/chat/slot-form.tsx';
import { exchange, renderChat } from './render-chat.tsx';

const template = {
  ...EMPTY_TEMPLATE,
  system: 'You write for {audience}.',
  teacherPrompt: 'Write of {race} with {secret}.',
  studentPrompt: '{race}, {constructor}, {{kept}}',
  slots: [
    { name: 'secret', values: ['x'] },
    { name: 'race', values: ['elf', 'dwarf'] },
    { name: 'audience', values: ['children'] },
  ],
};

describe('the slots of a student prompt', () => {
  it('are those the prompt and the system use, in the order of the template, then those it lacks', () => {
    expect(slotFields(template)).toEqual([
      { name: 'race', offered: ['elf', 'dwarf'] },
      { name: 'audience', offered: ['children'] },
      { name: 'constructor', offered: [] },
    ]);
  });

  it('take what is typed, else the first value offered', () => {
    const [race = { name: '', offered: [] }] = slotFields(template);
    expect(slotValue(race, {})).toBe('elf');
    expect(slotValue(race, { race: ' mermaid ' })).toBe('mermaid');
    expect(stepValue(race, {}, 1)).toBe('dwarf');
    expect(stepValue(race, { race: 'dwarf' }, 1)).toBe('elf');
    expect(stepValue(race, { race: 'mermaid' }, -1)).toBe('dwarf');
    expect(stepValue({ name: 'free', offered: [] }, { free: 'typed' }, 1)).toBe('typed');
    expect(firstEmpty(slotFields(template), {})).toBe(2);
    expect(firstEmpty(slotFields(template), { constructor: 'builder' })).toBe(-1);
  });

  it('are rendered as in training, system prompt too', () => {
    expect(studentPrompt(template, { race: 'mermaid', constructor: 'builder' })).toEqual({
      system: 'You write for children.',
      user: 'mermaid, builder, {kept}',
    });
  });
});

describe('the slot form', () => {
  it('sends values that were never seen, alone, and stays for the next ones', async () => {
    const app = await renderChat({ columns: 80, rows: 24 });
    await exchange(app, 'Hello', 'Good day.');
    await app.press('f');
    expect(app.frame()).toContain('Sends: elf, wizard, crossbow, owl');
    await app.type('mermaid');
    await app.press('tab');
    await app.type('monk');
    await app.press('tab');
    await app.paste('sling\n');
    await app.press('tab', 'down');
    expect(app.frame()).toContain('Sends: mermaid, monk, sling, badger');
    expect(app.frame()).toContain('not among the values offered');
    await app.press('enter');
    await app.pass();
    expect(app.chat.of('practice-small').request.messages).toEqual([
      { role: 'user', content: 'mermaid, monk, sling, badger' },
    ]);
    expect(app.frame()).toContain('› You  mermaid, monk, sling, badger  (sent alone)');
    expect(app.frame()).toContain('Slots, sent alone as in training');
    await app.press('enter');
    expect(app.chat.calls).toHaveLength(2);
    expect(app.frame()).toContain('answers are still coming');
    await app.press('escape');
    expect(app.frame()).toContain('Enter writes a message');
  });

  it('goes to the slot that has no value instead of sending, and leaves the system prompt of the chat alone', async () => {
    const app = await renderChat({
      prepare: ({ workbench }) =>
        workbench.projects.update((project) => ({ ...project, template, chat: { ...project.chat, system: 'Mine.' } })),
    });
    await app.press('f', 'enter');
    expect(app.chat.calls).toHaveLength(0);
    await app.type('builder');
    await app.press('enter');
    await app.pass();
    expect(app.chat.calls[0]?.request.messages.map(({ content }) => content)).toEqual([
      'You write for children.',
      'elf, builder, {kept}',
    ]);
    expect(app.desk.store.getState().project.chat.system).toBe('Mine.');
    expect(app.frame()).toContain('System: You write for children.');
  });

  it('is not offered where the student prompt has no slots', async () => {
    const app = await renderChat({
      prepare: ({ workbench }) => workbench.projects.update((project) => ({ ...project, template: EMPTY_TEMPLATE })),
    });
    await app.press('f');
    expect(app.frame()).toContain('the student prompt of the template has no slots (2)');
  });

  it('fits in 60x16 with the conversation above it', async () => {
    const app = await renderChat({ columns: 60, rows: 16 });
    await exchange(app, 'Hello', 'Good day.');
    await app.press('f');
    expect(app.frame()).toContain('Good day.');
    expect(app.frame()).toContain('Sends: elf, wizard, crossbow, owl');
    expect(app.frame()).toMatch(/pet {5}owl/);
  });
});
