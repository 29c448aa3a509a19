import * as z from 'zod';
import { parseJson } from '../../../domain/common/json.ts';
import type { Database } from '../database.ts';
import { conditionOf, orderOf } from '../rows/filter.ts';
import { inOrderOf } from '../rows/windows.ts';
import type { Range } from './candidates.ts';
import type { HitSet } from './hit-set.ts';
import { type Page, RowLook } from './look.ts';
import type { Seqs, Wanted } from './messages.ts';
import { soughtOf } from './sought.ts';

/** Called between two pages of rows, with the hits so far; throws to end the look. */
export type Watch = (hits: number) => void;

/** Rows a look reads at a time: a few milliseconds, after which it hears that it is not wanted any more. */
const PAGE = 500;
/** Up to this many hits are looked up one by one; more are picked out of all rows in their order. */
const FEW = 20_000;

/** The ranges by pages of some hundred rows. */
function* pagesOf(ranges: readonly Range[]): Generator<Page> {
  let page: Range[] = [];
  const whole = (): Page => ({ from: page[0]?.from ?? 0, to: page.at(-1)?.to ?? -1, ranges: page });
  for (const { from, to } of ranges) {
    for (let next = from; next <= to; next += PAGE) {
      const range = { from: next, to: Math.min(to, next + PAGE - 1) };
      if (page.length > 0 && range.to - whole().from >= PAGE) {
        yield whole();
        page = [];
      }
      page.push(range);
    }
  }
  if (page.length > 0) yield whole();
}

export interface Sighted {
  readonly projectId: string;
  readonly text: string;
  /** Where the text can be. */
  readonly ranges: readonly Range[];
}

/** Adds the rows of a project that hold a text to hits that have room for them, by a look at each row of the ranges. */
export function lookFor(database: Database, { projectId, text, ranges }: Sighted, hits: HitSet, watch: Watch): void {
  const look = new RowLook(database, projectId, soughtOf(text));
  let looked = 0;
  for (const page of pagesOf(ranges)) {
    hits.add(page.from, look.hitsIn(page));
    looked += page.to - page.from + 1;
    if (looked < PAGE) continue;
    looked = 0;
    watch(hits.size);
  }
}

/** Those of the hits that are in the filter, whatever its text, in the order that is wanted. Up to `few` are looked up one by one. */
export function inOrder(database: Database, wanted: Wanted, hits: HitSet, watch: Watch, few = FEW): Seqs {
  const { text: _found, ...filter } = wanted.filter;
  if (hits.size <= few) {
    const where = conditionOf(wanted.projectId, filter);
    const order = orderOf(wanted.sort);
    const sql = `SELECT seq FROM rows NOT INDEXED WHERE seq IN (SELECT value FROM json_each(?)) AND ${where.sql} ORDER BY ${order}`;
    const found = database.statement(sql).all(JSON.stringify(Array.from(hits.seqs())), ...where.values);
    return Uint32Array.from(found, (record) => Number(record.seq));
  }
  const many = { wanted: { ...wanted, filter }, hits, watch: () => watch(hits.size) };
  return (wanted.sort.key === 'created' ? asTheyCame(database, many) : null) ?? pickedOut(database, many);
}

/** Many hits, and what is wanted of them but for their text. */
interface Many {
  readonly wanted: Wanted;
  readonly hits: HitSet;
  readonly watch: () => void;
}

/** By their creation, if that is the order they came in, as it is of most: the table of rows says it sooner than an index. Else null. */
function asTheyCame(database: Database, { wanted, hits, watch }: Many): Seqs | null {
  const where = conditionOf(wanted.projectId, wanted.filter);
  const sql = `SELECT json_group_array(seq) AS seqs, json_group_array(created_at) AS times
    FROM rows NOT INDEXED WHERE seq BETWEEN ? AND ? AND ${where.sql}`;
  const seqs = new Uint32Array(hits.size);
  let found = 0;
  let latest = Number.NEGATIVE_INFINITY;
  const isWhole = database.reading(() => {
    for (let next = 0; next <= hits.last; next += PAGE) {
      const page = pageSchema.parse(database.statement(sql).get(next, next + PAGE - 1, ...where.values));
      for (const [n, seq] of page.seqs.entries()) {
        const time = page.times[n] ?? 0;
        if (time < latest || seq < (page.seqs[n - 1] ?? 0)) return false;
        latest = time;
        if (!hits.has(seq)) continue;
        seqs[found] = seq;
        found += 1;
      }
      watch();
    }
    return true;
  });
  if (!isWhole) return null;
  const all = found === seqs.length ? seqs : seqs.slice(0, found);
  return wanted.sort.descending ? all.reverse() : all;
}

const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'number');
const numbersSchema = z.string().transform((text) => z.custom<readonly number[]>(isNumbers).parse(parseJson(text)));
const pageSchema = z.object({ seqs: numbersSchema, times: numbersSchema });

/** In any order: out of all rows in it. */
function pickedOut(database: Database, { wanted, hits, watch }: Many): Seqs {
  const seqs = new Uint32Array(hits.size);
  let found = 0;
  let walked = 0;
  const all = inOrderOf(wanted.projectId, wanted);
  for (const record of database.statement(all.sql).iterate(...all.values)) {
    walked += 1;
    if (walked % PAGE === 0) watch();
    const seq = Number(record.seq);
    if (!hits.has(seq)) continue;
    seqs[found] = seq;
    found += 1;
  }
  return found === seqs.length ? seqs : seqs.slice(0, found);
}
