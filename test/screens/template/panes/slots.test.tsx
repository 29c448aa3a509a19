import { describe, expect, it } from 'vitest';
import { renderTemplate } from '../render-template.tsx';

const values = (app: Awaited<ReturnType<typeof renderTemplate>>, slot: number) => app.template().slots[slot]?.values;

describe('the slots pane', () => {
  it('adds values one by one and from a pasted list, the product at once', async () => {
    const app = await renderTemplate();
    await app.press('tab', 'a');
    await app.type('gnome\rkobold\r');
    await app.press('escape');
    expect(values(app, 0)).toEqual(['elf', 'dwarf', 'gnome', 'kobold']);
    expect(app.frame()).toContain('4 × 2 × 2 × 2 = 32 combinations');
    await app.paste('- troll\n- ogre\n');
    expect(values(app, 0)?.slice(-2)).toEqual(['troll', 'ogre']);
    await app.press('a');
    await app.paste('imp\nelf\nsprite');
    expect(app.frame()).toContain('8 × 2 × 2 × 2 = 64 combinations');
    expect(values(app, 0)?.slice(-2)).toEqual(['imp', 'sprite']);
  });

  it('adds, renames, moves and removes slots, and takes it all back', async () => {
    const app = await renderTemplate({ columns: 100, rows: 30 });
    const before = app.template();
    await app.press('tab', 'n');
    await app.type('race\r');
    expect(app.frame()).toContain('There is already a slot named race.');
    for (const _ of 'race') await app.press('backspace');
    await app.type('mount\r');
    await app.type('horse, pony\r');
    await app.press('escape', 'left');
    expect(app.frame()).toContain('No prompt uses mount');
    await app.press('K', 'g', 'enter');
    await app.press('ctrl-u');
    await app.type('folk\r');
    expect(app.frame()).toContain('{folk}, {class}');
    expect(app.template().slots.map(({ name }) => name)).toEqual(['folk', 'class', 'weapon', 'mount', 'pet']);
    await app.press('x', 'u', 'u', 'u', 'u', 'u');
    expect(app.template()).toEqual(before);
  });

  it('changes a value in its place, and refuses one that is there', async () => {
    const app = await renderTemplate();
    await app.press('tab', 'right', 'enter', 'ctrl-u');
    await app.type('dwarf\r');
    expect(app.frame()).toContain('dwarf is in this slot already.');
    await app.press('ctrl-u');
    await app.type('night elf\r');
    expect(values(app, 0)).toEqual(['night elf', 'dwarf']);
    await app.press('J');
    expect(values(app, 0)).toEqual(['dwarf', 'night elf']);
  });

  it('says what to do where there is nothing', async () => {
    const refused: string[] = [];
    const app = await renderTemplate({ with: (template) => ({ ...template, slots: [] }), refused });
    await app.press('tab');
    expect(app.frame()).toContain('No slots: n adds one.');
    await app.press('a');
    expect(refused).toEqual(['There is no slot yet: n adds one.']);
  });
});
