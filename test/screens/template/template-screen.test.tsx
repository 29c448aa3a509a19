import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/domain/text/graphemes.ts';
import { renderTemplate } from './render-template.tsx';

const SIZES = [
  [60, 16],
  [80, 24],
  [100, 30],
  [140, 40],
] as const;

describe('TemplateScreen', () => {
  it.each(SIZES)('fills %d x %d: prompts, product and price in sight, nothing past an edge', async (columns, rows) => {
    const app = await renderTemplate({ columns, rows });
    const frame = await app.waitFor((seen) => seen.split('\n').at(-2)?.includes('$0.00') === true);
    expect(frame).toContain('Teacher prompt');
    expect(frame).toContain('You are a game master');
    expect(frame).toContain('{race}, {class}');
    expect(frame).toContain('no problems');
    expect(frame).toContain('16 combinations');
    for (const line of app.lines()) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    expect(app.lines()[rows - 3]).toMatch(/^[┗╰].*[┛╯]$/);
  });

  it('shows all panes where there is room, and one at a time where there is not, while it is resized', async () => {
    const app = await renderTemplate({ columns: 100, rows: 30 });
    expect(app.frame()).toMatch(/Prompts.*Slots · 2 × 2 × 2 × 2 = 16 combinations.*Preview/s);
    await app.press('tab');
    await app.resize(80, 24);
    expect(app.frame()).toContain('Slots · 2 × 2 × 2 × 2 = 16 combinations 2/3 (Tab)');
    expect(app.frame()).not.toContain('Teacher prompt');
    await app.resize(140, 40);
    expect(app.frame()).toContain('Teacher prompt');
    await app.press('shift-tab');
    expect(app.frame()).toContain('┏━ Prompts');
  });

  it('offers the slots of an open brace, and Tab writes the first; elsewhere Tab goes to the next pane', async () => {
    const app = await renderTemplate({ columns: 140, rows: 40 });
    await app.press('j', 'enter', 'ctrl-end');
    await app.type(' {');
    await app.waitFor('Tab: {race}  {class}  {weapon}  {pet}');
    await app.type('we');
    await app.waitFor('Tab: {weapon}');
    await app.press('tab');
    await app.waitFor(/, \{pet\} \{weapon\}/);
    expect(app.frame()).not.toContain('Tab: {');
    await app.press('escape', 'tab');
    expect(app.frame()).toContain('┏━ Slots');
  });

  it('names the practice engine with the quote', async () => {
    const app = await renderTemplate({ columns: 140, rows: 40 });
    await app.waitFor('16 requests to practice-writer (practice engine)');
    await app.waitFor(/teacher \d+ \+ student \d+ tokens/);
  });

  it('does not ask for a quote of a broken template, and says what is wrong and where', async () => {
    const app = await renderTemplate({
      with: (template) => ({ ...template, studentPrompt: '{race}, {clas}, {weapon}, {pet}' }),
    });
    await app.waitFor('✗ 1 problem ▲ 1 warning (p)');
    await app.press('j');
    expect(app.frame()).toContain('✗ There is no slot named clas. Did you mean {class}?');
    await app.press('p');
    await app.waitFor('student prompt, line 1: There is no slot named clas.');
    await app.press('enter');
    // The cursor goes to the finding once the field is drawn.
    await app.waitFor(/Student prompt +writing/);
    await app.settled();
    await app.press('right', 'right', 'right', 'right', 'right');
    await app.type('s');
    await app.waitFor('✓ no problems');
    expect(app.frame()).toContain('{class}');
    await app.waitFor('$0.00');
  });

  it('goes from a finding to its value', async () => {
    const app = await renderTemplate({
      with: (template) => ({
        ...template,
        slots: template.slots.map((slot, index) => (index === 2 ? { ...slot, values: ['bow', 'bow'] } : slot)),
      }),
    });
    await app.press('p', 'enter');
    await app.waitFor('"bow" is value 1 of weapon already');
    await app.press('x');
    await app.waitFor('✓ no problems');
    expect(app.template().slots[2]?.values).toEqual(['bow']);
  });
});

describe('writing', () => {
  it('takes keys, a paste of many lines and undo, and keeps it all in the project', async () => {
    const app = await renderTemplate();
    await app.press('j', 'enter', 'ctrl-end');
    await app.type('?!q1 é');
    expect(app.frame()).toContain('{pet}?!q1 é');
    await app.paste('\nfor a {mount}\n');
    await app.waitFor('There is no slot named mount.');
    await app.press('ctrl-z');
    await app.press('escape');
    expect(app.template().studentPrompt).toBe('{race}, {class}, {weapon}, {pet}?!q1 é');
    expect(app.frame()).toContain('no problems');
  });

  it('keeps in the project what was typed when the screen is left in the middle of a word', async () => {
    const app = await renderTemplate();
    await app.press('j', 'enter');
    await app.type(' hal');
    await app.show(false);
    expect(app.template().studentPrompt).toBe('{race}, {class}, {weapon}, {pet} hal');
    await app.show(true);
    expect(app.frame()).toContain('{pet} hal');
  });

  it('puts typing into the project while it goes on', async () => {
    const app = await renderTemplate();
    await app.press('j', 'enter');
    await app.type('!');
    await app.waitFor('{pet}!');
    await expect.poll(() => app.template().studentPrompt, { timeout: 10_000 }).toMatch(/!$/);
    expect(app.frame()).toContain('Student prompt  writing');
  });

  it('keeps cursor and undo of a prompt while another pane is shown', async () => {
    const app = await renderTemplate();
    await app.press('j', 'enter', 'home');
    await app.type('X');
    await app.press('tab', 'shift-tab', 'enter');
    await app.type('Y');
    expect(app.frame()).toContain('XY{race}');
    await app.press('ctrl-z', 'ctrl-z', 'ctrl-s');
    expect(app.template().studentPrompt).toBe('{race}, {class}, {weapon}, {pet}');
  });

  it('opens $EDITOR with the prompt, from the field and from outside it', async () => {
    const app = await renderTemplate();
    await app.press('j', 'ctrl-e');
    await app.waitFor('{pet}!');
    await app.press('enter', 'ctrl-e');
    await app.waitFor('{pet}!!');
    await app.press('escape');
    expect(app.template().studentPrompt).toBe('{race}, {class}, {weapon}, {pet}!!');
  });

  it('lets no escape sequence through, and holds a line of 100 kB', async () => {
    const nasty = `\u001b[2J\u001b]0;title\u0007${'小精灵 '.repeat(25_000)}`;
    const app = await renderTemplate({
      with: (template) => ({ ...template, teacherPrompt: nasty }),
      columns: 100,
      rows: 30,
    });
    await app.press('enter');
    await app.type('x');
    expect(app.raw()).not.toContain('\u001b[2J\u001b]0;');
    for (const line of app.lines()) expect(displayWidth(line)).toBeLessThanOrEqual(100);
    expect(app.lines()[27]).toMatch(/^[┗╰].*[┛╯]$/);
  });
});
