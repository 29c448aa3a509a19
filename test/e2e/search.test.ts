import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newHome, openApp, quit, see } from './support/luthier.ts';
import { seedHome, seedRows } from './support/seed.ts';

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
