import { expect, it } from 'vitest';
import { createRows } from '../../src/services/store/rows/rows.ts';
import { newHome, openApp, quit, see, seeOver } from './support/luthier.ts';
import { PROJECT_ID, seedHome, withDatabase } from './support/seed.ts';
import { type Server, startServer } from './support/server.ts';

const CELLS = 1296;

/** Calls of each cell, by the four words the teacher prompt gives. */
function callsByCell(server: Server): ReadonlyMap<string, number> {
  const calls = new Map<string, number>();
  for (const { user } of server.asked) {
    const cell = cellOf(user);
    calls.set(cell, (calls.get(cell) ?? 0) + 1);
  }
  return calls;
}

const WORDS = /^Race: (.+)\nClass: (.+)\nWeapon: (.+)\nPet: (.+)$/m;
const cellOf = (prompt: string): string => WORDS.exec(prompt)?.slice(1).join(', ') ?? 'no cell';

const onDisk = (home: string): readonly string[] =>
  withDatabase(home, (database) =>
    [...createRows(database).scan(PROJECT_ID, {})].map(({ cell }) =>
      ['race', 'class', 'weapon', 'pet'].map((slot) => cell[slot]).join(', '),
    ),
  );

const shown = (frame: string): number => Number(/([\d,]+) \/ 1,296/.exec(frame)?.[1]?.replace(',', '') ?? -1);

it('generates nothing twice that had arrived when the app was killed, and every row once', async () => {
  const home = newHome();
  // It falls silent at the 900th call, so that however slow the machine, the kill comes in the middle.
  let silentAfter = 900;
  const server = await startServer(({ user }, nth) =>
    nth > silentAfter ? null : { text: `Name: Somebody\nBackground: ${cellOf(user)}` },
  );
  await seedHome(home, { example: 'dnd-1296', baseUrl: server.url });

  const env = { OPENAI_API_KEY: 'sk-of-the-test' };
  const first = await openApp({ home, env });
  first.press('3');
  await see(first, /1,296 to generate/);
  first.press('s');
  await seeOver(first, 'Generate with far-writer?');
  first.press('enter');
  const frame = await first.waitFor((screen) => shown(screen) >= 150 && shown(screen) < CELLS);
  first.kill('SIGKILL');
  await first.exited;

  const kept = onDisk(home);
  expect(new Set(kept).size).toBe(kept.length);
  // What was on screen was on disk before.
  expect(kept.length).toBeGreaterThanOrEqual(shown(frame));
  expect(kept.length).toBeLessThan(CELLS);

  silentAfter = Number.POSITIVE_INFINITY;
  const second = await openApp({ home, env });
  await see(second, 'Seeded › Generate');
  await see(second, `${(CELLS - kept.length).toLocaleString('en-US')} to generate`);
  second.press('s');
  await seeOver(second, 'Generate with far-writer?');
  second.press('enter');
  await see(second, /1,296 \/ 1,296 +100%/, 60_000);
  await see(second, '✓ done');
  await quit(second);

  expect(onDisk(home).toSorted()).toEqual([...callsByCell(server).keys()].toSorted());
  expect(onDisk(home)).toHaveLength(CELLS);
  const calls = callsByCell(server);
  expect(kept.filter((cell) => calls.get(cell) !== 1)).toEqual([]);
  await server.close();
}, 90_000);
