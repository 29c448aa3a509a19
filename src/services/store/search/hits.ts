import * as z from 'zod';
import type { Database } from '../database.ts';
import { conditionOf, orderOf } from '../rows/filter.ts';
import { inOrderOf } from '../rows/windows.ts';
import type { Seqs, Wanted } from './messages.ts';

/** Called between two pages of rows, with the hits so far; throws to end the look. */
export type Watch = (hits: number) => void;

/** Rows a look reads at a time: a few milliseconds, after which it hears that it is not wanted any more. */
const PAGE = 500;
/** Up to this many hits are looked up one by one; more are picked out of all rows in their order. */
const FEW = 20_000;

const seqSchema = z.object({ seq: z.number() });
const lastSchema = z.object({ last: z.number().nullable() });

/** `seq` of the rows of a project that hold a text, in their order, by a look at each. */
export function hitsOf(database: Database, projectId: string, text: string, watch: Watch): number[] {
  const where = conditionOf(projectId, { text });
  const page = database.statement(
    `SELECT seq FROM rows NOT INDEXED WHERE seq BETWEEN ? AND ? AND ${where.sql} ORDER BY seq`,
  );
  const last = lastSchema.parse(database.statement('SELECT max(seq) AS last FROM rows').get()).last ?? -1;
  const hits: number[] = [];
  for (let from = 0; from <= last; from += PAGE) {
    for (const record of page.all(from, from + PAGE - 1, ...where.values)) hits.push(seqSchema.parse(record).seq);
    watch(hits.length);
  }
  return hits;
}

/** Those of the hits that are in the filter, whatever its text, in the order that is wanted. */
export function inOrder(database: Database, wanted: Wanted, hits: readonly number[], watch: Watch): Seqs {
  const { text: _found, ...filter } = wanted.filter;
  if (hits.length <= FEW) {
    const where = conditionOf(wanted.projectId, filter);
    const order = orderOf(wanted.sort);
    const sql = `SELECT seq FROM rows NOT INDEXED WHERE seq IN (SELECT value FROM json_each(?)) AND ${where.sql} ORDER BY ${order}`;
    const found = database.statement(sql).all(JSON.stringify(hits), ...where.values);
    return Float64Array.from(found, (record) => seqSchema.parse(record).seq);
  }
  const isHit = new Set(hits);
  const seqs = new Float64Array(hits.length);
  let found = 0;
  let walked = 0;
  const all = inOrderOf(wanted.projectId, { filter, sort: wanted.sort });
  for (const record of database.statement(all.sql).iterate(...all.values)) {
    walked += 1;
    if (walked % PAGE === 0) watch(hits.length);
    const seq = Number(record.seq);
    if (!isHit.has(seq)) continue;
    seqs[found] = seq;
    found += 1;
  }
  return seqs.slice(0, found);
}
