import { randomInt } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Row } from '../../../domain/dataset/types.ts';
import type { Database } from '../database.ts';
import { createHeads } from './heads.ts';
import { lyingId, STATE_COLUMNS, stateValuesOf, TEXT_COLUMNS, textsOf, textValuesOf } from './layout.ts';
import { PACKED_ROWS, type Packs, packOf } from './packs.ts';

/** New rows that come together and are fewer are not packed: a pack of few is hardly smaller than their texts. */
const FEWEST_PACKED = 32;
/** Stamps of packs: another as good as always. */
const STAMPS = 2 ** 47;

const insertOf = (columns: readonly string[]): string =>
  `INSERT INTO rows (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
const updateOf = (columns: readonly string[]): string =>
  `UPDATE rows SET ${columns.map((name) => `${name} = ?`).join(', ')} WHERE seq = ?`;

const PLACE = ['seq', 'project', 'id'];
const ADD = insertOf([...PLACE, ...STATE_COLUMNS, ...TEXT_COLUMNS]);
const ADD_PACKED = insertOf([...PLACE, ...STATE_COLUMNS]);
const CHANGE = updateOf([...STATE_COLUMNS, ...TEXT_COLUMNS]);
const CHANGE_STATE = updateOf(STATE_COLUMNS);
const LAST = 'SELECT ifnull(max(seq), 0) AS last FROM rows';
const PACK = 'INSERT OR REPLACE INTO packs (first, rows, stamp, texts) VALUES (?, ?, ?, ?)';
const NAME = 'INSERT OR IGNORE INTO row_projects (id) VALUES (?)';
const KEY = 'SELECT key FROM row_projects WHERE id = ?';

/** Writes rows: gives how many were written. */
export function createWriter(database: Database, packs: Packs) {
  const { statement } = database;
  const heads = createHeads(database);

  function keyOf(projectId: string): number {
    const known = statement(KEY).get(projectId);
    if (known !== undefined) return Number(known.key);
    return Number(statement(NAME).run(projectId).lastInsertRowid);
  }

  /** A row whose texts are what they were stays in its pack. */
  function change(seq: number, isPacked: boolean, row: Row): void {
    if (isPacked && isDeepStrictEqual(packs.textsOf(seq), textsOf(row)))
      statement(CHANGE_STATE).run(...stateValuesOf(row), seq);
    else statement(CHANGE).run(...stateValuesOf(row), ...textValuesOf(row), seq);
  }

  function add(rows: readonly Row[], keys: ReadonlyMap<string, number>): void {
    const first = Number(statement(LAST).get()?.last) + 1;
    const isPacked = rows.length >= FEWEST_PACKED;
    const adding = statement(isPacked ? ADD_PACKED : ADD);
    for (const [index, row] of rows.entries()) {
      const place = [first + index, keys.get(row.projectId) ?? null, lyingId(row.id)];
      adding.run(...place, ...stateValuesOf(row), ...(isPacked ? [] : textValuesOf(row)));
    }
    for (let start = 0; isPacked && start < rows.length; start += PACKED_ROWS) {
      const packed = rows.slice(start, start + PACKED_ROWS).map(textsOf);
      statement(PACK).run(first + start, packed.length, randomInt(STAMPS), packOf(packed));
    }
    heads.settle(rows.length);
  }

  function write(rows: readonly Row[], which: 'all' | 'new'): number {
    const keys = new Map<string, number>();
    const added = new Map<string, Row>();
    let written = 0;
    for (const row of rows) {
      const project = keys.get(row.projectId) ?? keyOf(row.projectId);
      keys.set(row.projectId, project);
      const name = `${project} ${row.id}`;
      const isAdded = added.has(name);
      const there = isAdded ? null : heads.find(project, row.id);
      if (which === 'new' && (isAdded || there !== null)) continue;
      if (there === null) added.set(name, row);
      else change(there.seq, there.isPacked, row);
      written += 1;
    }
    add([...added.values()], keys);
    return written;
  }

  return {
    put: (rows: readonly Row[], which: 'all' | 'new'): number =>
      rows.length === 0 ? 0 : database.transaction(() => write(rows, which)),
  };
}
