import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, vi } from 'vitest';
import { createRows } from '../../src/services/store/rows/rows.ts';
import { row } from '../domain/dataset/sample-rows.ts';
import type { App } from '../harness/pty.ts';
import { newHome, openApp, quit, see } from './support/luthier.ts';
import { PROJECT_ID, seedHome, seedRows, withDatabase } from './support/seed.ts';

describe('a search of many rows', () => {
  it('goes on beside the keys, and leaves the store closed for good', async () => {
    const home = newHome();
    await seedHome(home, { example: 'dnd-1296' });
    const rows = 1_296;
    seedRows(home, { count: rows, example: 'dnd-1296', write: (cell, nth) => `“A ${cell.race}”, number ${nth}.` });
    seedRows(home, { count: rows, example: 'dnd-1296', write: (_, nth) => `Nobody, number ${nth}.`, after: rows });
    const app = await openApp({ home });
    await see(app, '› Home');
    app.press('4');
    await see(app, 'Row 1 of 2,592');
    app.press('/');
    app.type('nobody, number 12');
    await see(app, '107 of 2,592');
    app.type('95');
    await see(app, '1 of 2,592');
    app.press('enter');
    await see(app, 'filter: "nobody, number 1295"');
    app.press('x');
    await see(app, '1 rejected');
    app.press('escape');
    await see(app, 'of 2,592');
    await quit(app);
    expect(existsSync(join(home, 'luthier.db-wal'))).toBe(false);
  });
});

/** The rows up to this number are in the index, by what the store says. */
function indexedTo(home: string): number {
  const database = new DatabaseSync(join(home, 'luthier.db'), { readOnly: true });
  try {
    return Number(database.prepare('SELECT indexed_to FROM search_state').get()?.indexed_to);
  } finally {
    database.close();
  }
}

const MANY = 30_000;
/** Fewer rows that are not in the index are looked at one by one. */
const FEW = 5_000;

it('is filled behind, goes on after a kill, and finds the same at any time', async () => {
  const home = newHome();
  await seedHome(home, {});
  const made = Array.from({ length: MANY }, (_, nth) =>
    row({ id: `row-${nth}`, projectId: PROJECT_ID, completion: `A lantern, number ${nth}.`, createdAt: nth }),
  );
  withDatabase(home, (database) => createRows(database).put(made));

  async function searched(app: App): Promise<void> {
    app.press('4');
    await see(app, '› Dataset');
    app.press('/');
    app.type('lantern, number 2999');
    await see(app, '11 of 30,000');
    app.press('escape');
    await see(app, 'Row 1 of 30,000');
  }

  const first = await openApp({ home });
  await see(first, '› Home');
  await vi.waitFor(() => expect(indexedTo(home)).toBeGreaterThan(0), { timeout: 20_000, interval: 5 });
  first.kill('SIGKILL');
  await first.exited;

  const second = await openApp({ home });
  await searched(second);
  await vi.waitFor(() => expect(indexedTo(home)).toBeGreaterThan(MANY - FEW), { timeout: 30_000, interval: 50 });
  await searched(second);
  await quit(second);
  for (const name of ['luthier.db-wal', 'search.db-wal']) expect(existsSync(join(home, name))).toBe(false);

  // Without the index, and with one that is none, all is found as well.
  writeFileSync(join(home, 'search.db'), 'not a database at all'.repeat(1_000));
  const third = await openApp({ home });
  await searched(third);
  await quit(third);
}, 90_000);
