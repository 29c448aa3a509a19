import * as z from 'zod';
import { parseJson } from '../../../domain/common/json.ts';
import type { Database } from '../database.ts';
import { conditionOf, orderOf } from '../rows/filter.ts';
import { inOrderOf } from '../rows/windows.ts';
import type { Range } from './candidates.ts';
import { type Page, RowLook } from './look.ts';
import type { Seqs, Wanted } from './messages.ts';
import { SeqList } from './seq-list.ts';
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

/** `seq` of the rows of a project that hold a text, in their order, by a look at each row of the ranges. */
export function hitsIn(
  database: Database,
  { projectId, text, ranges }: { projectId: string; text: string; ranges: readonly Range[] },
  watch: Watch,
): Seqs {
  const look = new RowLook(database, projectId, soughtOf(text));
  const hits = new SeqList();
  let looked = 0;
  for (const page of pagesOf(ranges)) {
    hits.add(look.hitsIn(page));
    looked += page.to - page.from + 1;
    if (looked < PAGE) continue;
    looked = 0;
    watch(hits.length);
  }
  return hits.seqs();
}

/** Those of the hits that are in the filter, whatever its text, in the order that is wanted. Up to `few` are looked up one by one. */
export function inOrder(database: Database, wanted: Wanted, hits: Seqs, watch: Watch, few = FEW): Seqs {
  const { text: _found, ...filter } = wanted.filter;
  if (hits.length <= few) {
    const where = conditionOf(wanted.projectId, filter);
    const order = orderOf(wanted.sort);
    const sql = `SELECT seq FROM rows NOT INDEXED WHERE seq IN (SELECT value FROM json_each(?)) AND ${where.sql} ORDER BY ${order}`;
    const found = database.statement(sql).all(JSON.stringify(Array.from(hits)), ...where.values);
    return Float64Array.from(found, (record) => Number(record.seq));
  }
  const isHit = new Uint8Array((hits.at(-1) ?? 0) + 1);
  for (const seq of hits) isHit[seq] = 1;
  const many = { wanted: { ...wanted, filter }, isHit, watch: () => watch(hits.length) };
  return (wanted.sort.key === 'created' ? asTheyCame(database, many) : null) ?? pickedOut(database, many);
}

/** Many hits, by their numbers, and what is wanted of them but for their text. */
interface Many {
  readonly wanted: Wanted;
  readonly isHit: Uint8Array;
  readonly watch: () => void;
}

/** By their creation, if that is the order they came in, as it is of most: the table of rows says it sooner than an index. Else null. */
function asTheyCame(database: Database, { wanted, isHit, watch }: Many): Seqs | null {
  const where = conditionOf(wanted.projectId, wanted.filter);
  const sql = `SELECT json_group_array(seq) AS seqs, json_group_array(created_at) AS times
    FROM rows NOT INDEXED WHERE seq BETWEEN ? AND ? AND ${where.sql}`;
  const found = new SeqList();
  let latest = Number.NEGATIVE_INFINITY;
  const isWhole = database.reading(() => {
    for (let next = 0; next < isHit.length; next += PAGE) {
      const { seqs, times } = pageSchema.parse(
        database.statement(sql).get(next, Math.min(isHit.length, next + PAGE) - 1, ...where.values),
      );
      const isEarly = times.some((time, n) => {
        const before = latest;
        latest = time;
        return time < before || (seqs[n] ?? 0) < (seqs[n - 1] ?? 0);
      });
      if (isEarly) return false;
      found.add(seqs.filter((seq) => isHit[seq] === 1));
      watch();
    }
    return true;
  });
  if (!isWhole) return null;
  const seqs = found.seqs();
  return wanted.sort.descending ? seqs.reverse() : seqs;
}

const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'number');
const numbersSchema = z.string().transform((text) => z.custom<readonly number[]>(isNumbers).parse(parseJson(text)));
const pageSchema = z.object({ seqs: numbersSchema, times: numbersSchema });

/** In any order: out of all rows in it. */
function pickedOut(database: Database, { wanted, isHit, watch }: Many): Seqs {
  const found = new SeqList();
  let page: number[] = [];
  const all = inOrderOf(wanted.projectId, wanted);
  for (const record of database.statement(all.sql).iterate(...all.values)) {
    page.push(Number(record.seq));
    if (page.length < PAGE) continue;
    watch();
    found.add(page.filter((seq) => isHit[seq] === 1));
    page = [];
  }
  found.add(page.filter((seq) => isHit[seq] === 1));
  return found.seqs();
}
