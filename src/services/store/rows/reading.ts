import * as z from 'zod';
import type { Row, RowCounts, RowFilter, RowQuery, ScanFilter } from '../../../domain/dataset/types.ts';
import type { Database } from '../database.ts';
import { conditionOf, isTallied, orderOf } from './filter.ts';
import { ROW_COLUMNS, rowOf } from './record.ts';

export const COLUMNS = ROW_COLUMNS.join(', ');
/** Rows a scan holds at a time. */
const PAGE = 500;
/** Offset from which it pays to know the total. */
const FAR = 10_000;

export function queryRows(database: Database, projectId: string, query: RowQuery): readonly Row[] {
  const where = conditionOf(projectId, query.filter);
  const window = (offset: number, limit: number, descending: boolean): readonly Row[] => {
    const order = orderOf({ key: query.sort.key, descending });
    // The window is found in an index first; only its own rows are then read whole.
    const sql = `SELECT ${COLUMNS} FROM rows WHERE seq IN
      (SELECT seq FROM rows WHERE ${where.sql} ORDER BY ${order} LIMIT ? OFFSET ?) ORDER BY ${order}`;
    return database
      .statement(sql)
      .all(...where.values, limit, offset)
      .map(rowOf);
  };
  if (query.offset < FAR || !isTallied(query.filter)) return window(query.offset, query.limit, query.sort.descending);
  // SQLite walks to an offset entry by entry, so what is nearer the end is reached from there.
  const total = countRows(database, projectId, query.filter).total;
  if (query.offset < total / 2) return window(query.offset, query.limit, query.sort.descending);
  const limit = Math.min(query.limit, total - query.offset);
  if (limit <= 0) return [];
  return window(total - query.offset - limit, limit, !query.sort.descending).toReversed();
}

const tallySchema = z.array(
  z.object({
    status: z.enum(['done', 'truncated', 'refused', 'empty', 'failed']),
    rating: z.enum(['accepted', 'rejected', 'unrated']),
    rows: z.number(),
    cost: z.number(),
    unpriced: z.number(),
  }),
);

export function countRows(database: Database, projectId: string, filter: RowFilter): RowCounts {
  const where = conditionOf(projectId, filter);
  const columns = isTallied(filter)
    ? 'sum(rows) AS rows, total(cost) AS cost, sum(unpriced) AS unpriced FROM tallies'
    : 'count(*) AS rows, total(cost_usd) AS cost, count(*) - count(cost_usd) AS unpriced FROM rows';
  const sql = `SELECT status, rating, ${columns} WHERE ${where.sql} GROUP BY status, rating`;
  const tallies = tallySchema.parse(database.statement(sql).all(...where.values));
  const byStatus = { done: 0, truncated: 0, refused: 0, empty: 0, failed: 0 };
  const byRating = { accepted: 0, rejected: 0, unrated: 0 };
  let [total, costUsd, unpriced] = [0, 0, 0];
  for (const tally of tallies) {
    byStatus[tally.status] += tally.rows;
    byRating[tally.rating] += tally.rows;
    total += tally.rows;
    costUsd += tally.cost;
    unpriced += tally.unpriced;
  }
  return { total, byStatus, byRating, costUsd, unpriced };
}

const placeSchema = z.object({ created_at: z.number(), seq: z.number() });

/** Goes on from the last row's place instead of counting, so that rows may come and go between two pages. */
export function* scanRows(database: Database, projectId: string, filter: ScanFilter): Generator<Row> {
  const where = conditionOf(projectId, filter);
  const sql = `SELECT seq, ${COLUMNS} FROM rows WHERE ${where.sql} AND (created_at, seq) > (?, ?)
    ORDER BY created_at, seq LIMIT ${PAGE}`;
  let place = { created_at: Number.MIN_SAFE_INTEGER, seq: -1 };
  for (;;) {
    const page = database.statement(sql).all(...where.values, place.created_at, place.seq);
    for (const record of page) yield rowOf(record);
    if (page.length < PAGE) return;
    place = placeSchema.parse(page.at(-1));
  }
}
