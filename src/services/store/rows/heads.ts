import * as z from 'zod';
import type { Database } from '../database.ts';
import { HEAD_BYTES, headOfId, lyingId } from './layout.ts';
import { HASH_BYTES } from './packed-rows.ts';

/** Where a row lies. */
export interface Place {
  readonly seq: number;
  /** Whether its texts are in a pack. */
  readonly isPacked: boolean;
}

export interface Heads {
  find(project: number, id: string): Place | null;
  /** Whether a row of any project may be there that has one of these identities, hashes one after the other. */
  hasAny(ids: Uint8Array): boolean;
  /** Moves heads that came lately to where most are; called in the transaction that added `added` rows. */
  settle(added: number): void;
}

/**
 * Whether a row is that of an identity: its head is bound first, itself second, and then `project`, an expression for the number of
 * its project. The plus keeps SQLite from looking through all rows of a project instead.
 */
export const isRowOf = (project: string): string =>
  `seq IN (SELECT seq FROM row_heads WHERE head = ?1 UNION ALL SELECT seq FROM row_heads_new WHERE head = ?1)
  AND id = ?2 AND +project = ${project}`;
/** The number of a project by its name, which is bound third. */
export const NAMED_PROJECT = '(SELECT key FROM row_projects WHERE id = ?3)';
const FIND = `SELECT seq, completion IS NULL AS packed FROM rows WHERE ${isRowOf('?3')}`;
/** Most rows that are looked for are not there, which this says in half the time. */
const IS_KNOWN = 'SELECT 1 FROM row_heads WHERE head = ?1 UNION ALL SELECT 1 FROM row_heads_new WHERE head = ?1';
const headAt = `substr(?1, ${HASH_BYTES} * key + 1, ${HEAD_BYTES})`;
const HAS_ANY = `SELECT 1 FROM json_each(?2) WHERE EXISTS (SELECT 1 FROM row_heads WHERE head = ${headAt})
  OR EXISTS (SELECT 1 FROM row_heads_new WHERE head = ${headAt}) LIMIT 1`;
const placeSchema = z.object({ seq: z.number(), packed: z.number() });

/** New heads that are left where they came: a hundred pages or so, most of which change with every few hundred rows. */
const LEFT = 16_384;
/** Added rows after which heads are moved. */
const MOVED_AFTER = 250;
const COUNT = 'SELECT count(*) AS n FROM row_heads_new';
const END = 'SELECT head FROM row_heads_new WHERE head > ? ORDER BY head LIMIT 1 OFFSET ?';
const MOVE = 'INSERT INTO row_heads SELECT head, seq FROM row_heads_new WHERE head > ? AND (?2 IS NULL OR head <= ?2)';
const FORGET = 'DELETE FROM row_heads_new WHERE head > ? AND (?2 IS NULL OR head <= ?2)';
/** Before every head: texts and bytes come after numbers. */
const START = -1;

/** Finds rows by identity, and keeps what they are found by in two tables; `ROWS_MIGRATION` says why. */
export function createHeads(database: Database): Heads {
  const { statement } = database;
  let added = 0;
  let from: Uint8Array | string | number = START;

  /** The next stretch in their order, so that many of them lie in each page that changes; from the start after the last. */
  function move(count: number): void {
    const end = statement(END).get(from, count)?.head ?? null;
    statement(MOVE).run(from, end);
    statement(FORGET).run(from, end);
    from = end === null || typeof end === 'bigint' ? START : end;
  }

  return {
    find(project, id) {
      const lying = lyingId(id);
      if (statement(IS_KNOWN).get(headOfId(lying)) === undefined) return null;
      const found = statement(FIND).get(headOfId(lying), lying, project);
      if (found === undefined) return null;
      const { seq, packed } = placeSchema.parse(found);
      return { seq, isPacked: packed === 1 };
    },
    hasAny: (ids) => statement(HAS_ANY).get(ids, JSON.stringify(Array(ids.length / HASH_BYTES).fill(0))) !== undefined,
    settle(more) {
      added += more;
      if (added < MOVED_AFTER) return;
      if (Number(statement(COUNT).get()?.n) > LEFT) move(2 * added);
      added = 0;
    },
  };
}
