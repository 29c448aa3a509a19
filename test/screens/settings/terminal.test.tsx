import { expect, it } from 'vitest';
import { TERMINAL_CHOICES } from '../../../src/domain/project/settings.ts';
import { openFakeWorkbench } from '../../app/fakes/fake-workbench.ts';
import { renderSettings } from './render-settings.tsx';

it('the choices of the terminal hold at once and are kept', async () => {
  const fake = openFakeWorkbench();
  const app = await renderSettings(fake, { columns: 140, rows: 40 });
  expect(app.frame()).toContain('auto · off: mouse');
  await app.press('m', 'down', 'space', 'down', 'space', 'down', 'space');
  const chosen = { theme: 'auto', mouse: true, notifications: false, animations: false };
  expect(fake.store.getState().terminal).toEqual(chosen);
  expect(fake.disk.terminal).toEqual(chosen);
  await app.press('up', 'up', 'up', 'right', 'escape', 'c');
  expect(fake.disk.terminal.theme).toBe('light');
  expect(app.frame()).toContain('light · off: notifications, animations');
});

it('what one start was given is not kept with another choice', () => {
  const fake = openFakeWorkbench();
  fake.store.setState({ terminal: { ...TERMINAL_CHOICES, mouse: true } });
  fake.workbench.preferences.setTerminal({ theme: 'mono' });
  expect(fake.store.getState().terminal).toMatchObject({ theme: 'mono', mouse: true });
  expect(fake.disk.terminal).toEqual({ ...TERMINAL_CHOICES, theme: 'mono' });
});

it('fits with all its fields into 80 columns', async () => {
  const app = await renderSettings(openFakeWorkbench());
  await app.press('m');
  await app.press('down', 'space');
  for (const text of ['wheel and clicks', 'Shift-drag selects text', 'of work that ends unseen', 'clocks tick'])
    expect(app.frame()).toContain(text);
});
