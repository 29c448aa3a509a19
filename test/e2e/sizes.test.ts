import { expect, it } from 'vitest';
import type { App } from '../harness/pty.ts';
import { openApp, quit, see, seeOver } from './support/luthier.ts';
import { generate, SCREENS, startJob } from './support/steps.ts';

const SIZES = [
  [60, 16],
  [140, 40],
  [61, 17],
  [80, 24],
  [139, 16],
  [60, 40],
  [100, 30],
] as const;

async function storm(app: App, title: string): Promise<void> {
  for (const [columns, rows] of SIZES) {
    app.resize(columns, rows);
    await see(app, (frame) => frame.split('\n').length === rows && frame.includes(`› ${title}`));
  }
  app.resize(59, 15);
  await app.waitFor('This terminal is 59x15.');
  expect(app.brokenRows()).toEqual([]);
  // Many sizes before one frame could be drawn: a window that is dragged.
  for (let columns = 60; columns <= 120; columns += 7) app.resize(columns, 16 + Math.floor(columns / 8));
  app.resize(80, 24);
  await see(app, `› ${title}`);
}

it('keeps every screen whole through a storm of sizes', async () => {
  const app = await openApp({ columns: 100, rows: 30 });
  await see(app, '› Home');
  await generate(app);
  await startJob(app);
  await see(app, '✓ succeeded', 60_000);
  for (const [digit, title] of SCREENS) {
    app.press(digit);
    await see(app, `› ${title}`);
    await storm(app, title);
  }
  await quit(app);
}, 90_000);

const ESCAPES = SCREENS.filter(([, title]) => title !== 'Home');

it.each([
  [60, 16],
  [80, 24],
  [140, 40],
] as const)(
  'opens help and palette on every screen at %i x %i, and Esc goes back one level',
  async (columns, rows) => {
    const app = await openApp({ columns, rows });
    await see(app, '› Home');
    for (const [digit, title] of SCREENS) {
      app.press(digit);
      await see(app, `› ${title}`);
      app.press('?');
      await seeOver(app, `Keys: ${title}`);
      app.press('escape');
      await see(app, (frame) => !frame.includes('Keys: ') && frame.includes(`› ${title}`));
      app.press(':');
      await seeOver(app, 'type what you want to do');
      app.type('operations drawer');
      app.press('escape');
      await see(app, (frame) => !frame.includes('Commands ━') && frame.includes(`› ${title}`));
      app.press('ctrl-o');
      await seeOver(app, '┏━ Operations');
      app.press('escape');
      await see(app, (frame) => !frame.includes('┏━ Operations') && frame.includes(`› ${title}`));
    }
    for (const [digit, title] of ESCAPES) {
      app.press(digit);
      await see(app, `› ${title}`);
      app.press('escape');
      await see(app, '› Home');
    }
    app.press('escape');
    await see(app, 'This is Home; q quits.');
    app.press(':');
    await seeOver(app, 'type what you want to do');
    app.type('go to chat');
    await seeOver(app, /❯ Go to Chat +6/);
    app.press('enter');
    await see(app, '› Chat');
    await quit(app);
  },
  60_000,
);
