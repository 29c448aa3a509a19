import type { Database } from '../database.ts';
import { conditionOf, orderOf } from '../rows/filter.ts';
import { inOrderOf } from '../rows/windows.ts';
import type { Range } from './candidates.ts';
import type { Seqs, Wanted } from './messages.ts';
import { searchTexts, soughtOf } from './texts.ts';

/** Called between two pages of rows, with the hits so far; throws to end the look. */
export type Watch = (hits: number) => void;

/** Rows a look reads at a time: a few milliseconds, after which it hears that it is not wanted any more. */
const PAGE = 500;
/** Up to this many hits are looked up one by one; more are picked out of all rows in their order. */
const FEW = 20_000;

/** `seq` of the rows of a project that hold a text, in their order, by a look at each row of the ranges. */
export function hitsIn(
  database: Database,
  { projectId, text, ranges }: { projectId: string; text: string; ranges: readonly Range[] },
  watch: Watch,
): number[] {
  const sought = soughtOf(text);
  const hits: number[] = [];
  let looked = 0;
  for (const { from, to } of ranges) {
    for (let next = from; next <= to; next += PAGE) {
      const end = Math.min(to, next + PAGE - 1);
      for (const row of searchTexts(database, { from: next, to: end, projectId, sought }))
        if (row.text.includes(sought.text)) hits.push(row.seq);
      looked += end - next + 1;
      if (looked < PAGE) continue;
      looked = 0;
      watch(hits.length);
    }
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
    return Float64Array.from(found, (record) => Number(record.seq));
  }
  const isHit = new Uint8Array((hits.at(-1) ?? 0) + 1);
  for (const seq of hits) isHit[seq] = 1;
  const seqs = new Float64Array(hits.length);
  let found = 0;
  let walked = 0;
  const all = inOrderOf(wanted.projectId, { filter, sort: wanted.sort });
  for (const record of database.statement(all.sql).iterate(...all.values)) {
    walked += 1;
    if (walked % PAGE === 0) watch(hits.length);
    const seq = Number(record.seq);
    if (isHit[seq] !== 1) continue;
    seqs[found] = seq;
    found += 1;
  }
  return seqs.slice(0, found);
}
