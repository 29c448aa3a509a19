import { randomInt } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Row } from '../../../domain/dataset/types.ts';
import type { PackedRows } from '../../../domain/importing/conversion.ts';
import type { Database } from '../database.ts';
import { createHeads } from './heads.ts';
import { lyingId, STATE_COLUMNS, stateValuesOf, TEXT_COLUMNS, textsOf, textValuesOf } from './layout.ts';
import { HASH_BYTES, stretchesOf, unpackRows } from './packed-rows.ts';
import { FEWEST_PACKED, giveBack, PACKED_ROWS, type Packs, packOf } from './packs.ts';
import { NOTE_PACKED } from './schema.ts';

/** Stamps of packs: another as good as always. */
const STAMPS = 2 ** 47;

const insertOf = (columns: readonly string[]): string =>
  `INSERT INTO rows (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
const updateOf = (columns: readonly string[]): string =>
  `UPDATE rows SET ${columns.map((name) => `${name} = ?`).join(', ')} WHERE seq = ?`;

const PLACE = ['seq', 'project', 'id'];
const ADD = insertOf([...PLACE, ...STATE_COLUMNS, ...TEXT_COLUMNS]);
const ADD_PACKED = insertOf([...PLACE, ...STATE_COLUMNS]);
const OF_A_LENGTH: Readonly<Record<string, string>> = { length: 'value', length_class: 'length_class(value)' };
/** A column of rows that are alike: of each length its own, else as it is bound after the four of `ADD_ALIKE`. */
const columnAlike = (name: string, n: number): string => OF_A_LENGTH[name] ?? `?${n + 5}`;
/**
 * Rows that differ in their identities and lengths alone, by one statement: SQLite keeps what each page was before a statement with
 * triggers, so for a row at a time it would keep them for every row.
 */
const ADD_ALIKE = `INSERT INTO rows (${[...PLACE, ...STATE_COLUMNS].join(', ')})
  SELECT ?1 + key, ?2, substr(?3, ${HASH_BYTES} * key + 1, ${HASH_BYTES}), ${STATE_COLUMNS.map(columnAlike).join(', ')}
  FROM json_each(?4)`;
const CHANGE = updateOf([...STATE_COLUMNS, ...TEXT_COLUMNS]);
const CHANGE_STATE = updateOf(STATE_COLUMNS);
const LAST = 'SELECT ifnull(max(seq), 0) AS last FROM rows';
const PACK = 'INSERT OR REPLACE INTO packs (first, rows, stamp, texts) VALUES (?, ?, ?, ?)';
const NAME = 'INSERT OR IGNORE INTO row_projects (id) VALUES (?)';
const KEY = 'SELECT key FROM row_projects WHERE id = ?';

/** Notes rows from a place on whose texts are in packs, as a trigger notes each of the others: they are found and counted by it. */
export function notePacked(statement: Database['statement'], first: number, count: number): void {
  for (const sql of NOTE_PACKED) statement(sql).run(first, first + count - 1);
}

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

  const placeAfterLast = (): number => Number(statement(LAST).get()?.last) + 1;

  function add(rows: readonly Row[], keys: ReadonlyMap<string, number>): void {
    const first = placeAfterLast();
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
    if (isPacked) notePacked(statement, first, rows.length);
    heads.settle(rows.length);
  }

  /** Rows that were packed elsewhere; where one of them is there, they are written one by one. */
  function addPacked(like: Row, packed: PackedRows): number {
    const { ids, lengths, packs } = packed;
    if (heads.hasAny(ids)) return write(unpackRows(like, packed), 'new');
    const project = keyOf(like.projectId);
    const first = placeAfterLast();
    for (const { start, end, row } of stretchesOf(like, packed)) {
      const [ownIds, ownLengths] = [ids.subarray(HASH_BYTES * start, HASH_BYTES * end), lengths.slice(start, end)];
      statement(ADD_ALIKE).run(first + start, project, ownIds, JSON.stringify(ownLengths), ...stateValuesOf(row));
    }
    for (const [n, texts] of packs.entries()) {
      const start = PACKED_ROWS * n;
      const count = Math.min(PACKED_ROWS, lengths.length - start);
      statement(PACK).run(first + start, count, randomInt(STAMPS), texts);
    }
    notePacked(statement, first, lengths.length);
    heads.settle(lengths.length);
    return lengths.length;
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
    /** The packs are the store's from here on: their bytes are gone once they are written. */
    putPacked(like: Row, packed: PackedRows): number {
      const added = database.transaction(() => addPacked(like, packed));
      for (const pack of packed.packs) giveBack(pack);
      return added;
    },
  };
}
