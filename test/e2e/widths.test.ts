import { expect, it } from 'vitest';
import { openApp, quit, see } from './support/luthier.ts';

// Each is one glyph of two cells by Unicode's rules, and up to eight cells for a terminal that adds up code points.
const DISPUTED = '👩🏽‍💻 👨‍👩‍👧‍👦 🏳️‍🌈 🇬🇧 👍🏽 ❤️ 1️⃣ ✈️ กำ नमस्ते 🫠';

it.each([
  [80, 24],
  [140, 40],
] as const)(
  'keeps every row in its place at %i x %i in a terminal with another idea of how wide an emoji is',
  async (columns, rows) => {
    const app = await openApp({ columns, rows, widths: 'code points' });
    await see(app, '› Home');
    app.press('6');
    await see(app, '› Chat');
    app.press('enter');
    await see(app, '┏━ Message');
    app.paste(`${DISPUTED.repeat(6)}\n\n${DISPUTED}`);
    await see(app, '✈');
    app.type('end');
    await see(app, 'end');
    expect(app.brokenRows()).toEqual([]);
    app.press('escape');
    await see(app, (frame) => !frame.includes('Esc leave'));
    app.press('2');
    await see(app, '› Template');
    app.press('1');
    await see(app, '› Home');
    await quit(app);
  },
  60_000,
);

it('repaints the screen by Ctrl-L after another program wrote over it', async () => {
  const app = await openApp();
  // What the examples take is counted behind the first frame.
  const before = await see(app, /› Home[\s\S]*~[\d,]+ tokens/);
  app.scribble('\u001b[5;1HA message of the system\r\nin the middle\r\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\nof it');
  await app.waitFor('of it');
  expect(app.frame()).not.toBe(before);
  app.press('ctrl-l');
  await app.waitFor((frame) => frame === before);
  await quit(app);
});
