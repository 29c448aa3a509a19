import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { App } from '../harness/pty.ts';
import { newHome, openApp, quit, see } from './support/luthier.ts';
import { seedHome, seedRows } from './support/seed.ts';

/** A data folder with rows, which a process that was killed left, and whose bytes from `from` on are another's. */
async function damaged(from: (length: number) => number): Promise<string> {
  const home = newHome();
  await seedHome(home, {});
  seedRows(home, { count: 200, example: 'dnd-1296', write: (_, nth) => `answer ${nth} `.repeat(100) });
  const path = join(home, 'luthier.db');
  rmSync(`${path}.seal`);
  writeFileSync(join(`${path}.open`, '4194999-ab'), '100000');
  const bytes = readFileSync(path);
  const start = from(bytes.length);
  writeFileSync(path, bytes.fill(0x41, start, start + 40_960));
  return home;
}

async function expectEnd(app: App): Promise<void> {
  // The terminal may break lines anywhere.
  await app.waitFor((frame) => /luthier\.dbisdamaged.*luthierdoctor--recover/.test(frame.replace(/\s+/g, '')));
  expect((await app.exited).exitCode).toBe(1);
}

it('a damaged database that cannot be opened ends the start in words', async () => {
  await expectEnd(await openApp({ home: await damaged(() => 0) }));
});

it('one that was not closed well and is damaged further in ends the app in words, after its first frame', async () => {
  await expectEnd(await openApp({ home: await damaged((length) => length - 60_000) }));
});

it('one that was not closed well and is sound goes on', async () => {
  const home = newHome();
  const first = await openApp({ home });
  await see(first, '› Home');
  await first.close();
  const second = await openApp({ home });
  await see(second, '› Home');
  await quit(second);
  const log = readFileSync(join(home, 'log', 'luthier.log'), 'utf8');
  expect(log).toMatch(/looked through after an end that was not clean.*"sound":true/);
});
