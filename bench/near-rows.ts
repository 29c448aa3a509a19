// Looks for near-duplicates among all rows of a data folder, as the screen does, in a process of its own.
import { setImmediate as turn } from 'node:timers/promises';
import { DuplicateFinder } from '../src/domain/dataset/duplicates.ts';
import type { Row } from '../src/domain/dataset/types.ts';
import { boundGarbage, growNursery } from '../src/services/nursery.ts';
import { createDatabase } from '../src/services/store/database.ts';
import { createRows } from '../src/services/store/rows/rows.ts';

/** Rows between turns of the loop. */
const PAGE = 100;

growNursery();
boundGarbage();
const [home = ''] = process.argv.slice(2);
const database = createDatabase({ home });
const rows = createRows(database);
const textOf = ({ prompt, completion }: Row): string =>
  [...(prompt ?? []).flatMap(({ role, content }) => (role === 'system' ? [] : [content])), completion].join('\n');
const finder = new DuplicateFinder({
  expected: rows.counts('bench', {}).total,
  rowAt(place) {
    const [row = null] = rows.at('bench', [place]);
    return row === null ? null : { id: row.id, text: textOf(row) };
  },
});
let looked = 0;
for (const { place, row } of rows.placed('bench')) {
  finder.add(place, { id: row.id, text: textOf(row) });
  looked += 1;
  if (looked % PAGE === 0) await turn();
}
console.log(JSON.stringify({ groups: finder.groups().length }));
database.close();
