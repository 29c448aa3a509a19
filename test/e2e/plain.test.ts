import { describe, expect, it } from 'vitest';
import { newHome, openApp, quit, see, seeOver } from './support/luthier.ts';
import { seedHome } from './support/seed.ts';
import { startServer } from './support/server.ts';
import { SCREENS } from './support/steps.ts';

const ENV = { OPENAI_API_KEY: 'sk-of-the-test' };

/** Parameters of every SGR sequence in what was written. */
const sgr = (raw: string): readonly number[] =>
  [...raw.matchAll(/\x1b\[([\d;:]*)m/g)].flatMap(([, text]) => (text ?? '').split(/[;:]/).map(Number));
const isColour = (code: number): boolean =>
  (code >= 30 && code <= 38) || (code >= 40 && code <= 48) || (code >= 90 && code <= 107) || code === 58;

describe('NO_COLOR', () => {
  it('writes no colour on any screen, and keeps bold and inverse', async () => {
    const app = await openApp({ env: { NO_COLOR: '1' } });
    await see(app, '› Home');
    for (const [digit, title] of SCREENS) {
      app.press(digit);
      await see(app, `› ${title}`);
      app.press('?');
      await seeOver(app, `Keys: ${title}`);
      app.press('escape');
      await see(app, (frame) => !frame.includes('Keys: '));
    }
    expect(sgr(app.raw()).filter(isColour)).toEqual([]);
    expect(sgr(app.raw())).toContain(1);
    await quit(app);
  });

  it('is what makes the difference', async () => {
    const app = await openApp();
    await see(app, '› Home');
    expect(sgr(app.raw()).filter(isColour)).not.toEqual([]);
    await quit(app);
  });
});

describe('a screen reader', () => {
  it('gets what changed and no clock tick, while another terminal shows the time run', async () => {
    const silent = await startServer(() => null);
    const open = async (env: Readonly<Record<string, string>>) => {
      const home = newHome();
      await seedHome(home, { baseUrl: silent.url });
      const app = await openApp({ home, env: { ...ENV, ...env } });
      await app.waitFor('Seeded');
      app.press('3');
      await app.waitFor('16 to generate');
      app.press('s');
      await app.waitFor('Generate with far-writer?');
      app.press('enter');
      await app.waitFor(/running [1-9]/);
      app.press('ctrl-o');
      await app.waitFor('Operations');
      return app;
    };
    const read = await open({ INK_SCREEN_READER: 'true' });
    const watched = await open({});
    // That somebody is waited for is news; for how long is not.
    await read.waitFor('waiting for 127.0.0.1');
    const before = read.raw();
    await watched.waitFor(/waiting for 127\.0\.0\.1:\d+, [7-9] s|waiting for 127\.0\.0\.1:\d+, \d\d s/);
    expect(read.raw().slice(before.length)).toBe('');
    expect(read.frame()).not.toMatch(/[┏╭│┃]/);
    for (const app of [read, watched]) {
      app.press('escape', 'c');
      await app.waitFor(/cancelled/);
      await quit(app);
    }
    await silent.close();
  }, 60_000);
});
