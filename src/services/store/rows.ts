import type { SQLInputValue } from 'node:sqlite';
import * as z from 'zod';
import type { Row, RowCounts, RowFilter, RowQuery, RowSortKey, ScanFilter } from '../../domain/dataset/types.ts';
import type { Database } from './database.ts';
import { cellKeyOf, ROW_COLUMNS, rowOf, valuesOf, WRITTEN_COLUMNS } from './row-record.ts';

export interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** The WHERE clause of a filter. Values are always bound, never part of the text. */
function conditionOf(projectId: string, filter: ScanFilter): Condition {
  const parts: { readonly sql: string; readonly values: readonly SQLInputValue[] }[] = [
    { sql: 'project_id = ?', values: [projectId] },
  ];
  if (filter.status !== undefined) parts.push({ sql: 'status = ?', values: [filter.status] });
  if (filter.rating !== undefined) parts.push({ sql: 'rating = ?', values: [filter.rating] });
  if (filter.edited !== undefined) parts.push({ sql: 'edited = ?', values: [filter.edited ? 1 : 0] });
  if (filter.flag !== undefined)
    parts.push({ sql: 'has_flag(?, source, cell, completion, status, edited) = 1', values: [filter.flag] });
  if (filter.split !== undefined) parts.push({ sql: 'split IS ?', values: [filter.split] });
  if (filter.cell !== undefined)
    parts.push({ sql: 'cell_key = ? AND cell = ?', values: [cellKeyOf(filter.cell), JSON.stringify(filter.cell)] });
  if (filter.slot !== undefined)
    parts.push({
      sql: 'json_extract(cell, ?) = ?',
      values: [`$.${JSON.stringify(filter.slot.name)}`, filter.slot.value],
    });
  if (filter.text !== undefined && filter.text !== '')
    parts.push({ sql: 'instr(search, ?) > 0', values: [filter.text.toLowerCase()] });
  return { sql: parts.map((part) => part.sql).join(' AND '), values: parts.flatMap((part) => part.values) };
}

const FILTER_COLUMNS: Readonly<Record<RowSortKey, string>> = {
  created: 'created_at',
  cell: 'cell_key',
  tokens: 'completion_tokens',
  status: 'status',
  rating: 'rating',
  length: 'length',
};

/** The ORDER BY clause; rows alike are in the order they were made, so that windows never overlap. */
function orderOf(sort: { readonly key: RowSortKey; readonly descending: boolean }): string {
  const direction = sort.descending ? 'DESC' : 'ASC';
  const keys = sort.key === 'created' ? ['created_at', 'seq'] : [FILTER_COLUMNS[sort.key], 'created_at', 'seq'];
  return keys.map((key) => `${key} ${direction}`).join(', ');
}

/** Whether tallies alone can count the filter. */
function isTallied(filter: RowFilter): boolean {
  const { slot, split, flag, text } = filter;
  return slot === undefined && split === undefined && flag === undefined && (text === undefined || text === '');
}

export interface Rows {
  put(rows: readonly Row[], which?: 'all' | 'new'): number;
  get(projectId: string, id: string): Row | null;
  query(projectId: string, query: RowQuery): readonly Row[];
  counts(projectId: string, filter: RowFilter): RowCounts;
  remove(projectId: string, ids: readonly string[]): void;
  scan(projectId: string, filter: ScanFilter): Iterable<Row>;
}

const COLUMNS = ROW_COLUMNS.join(', ');
const INSERT = `INSERT INTO rows (${WRITTEN_COLUMNS.join(', ')}) VALUES (${WRITTEN_COLUMNS.map(() => '?').join(', ')})
  ON CONFLICT (project_id, id) DO`;
const PUT = {
  all: `${INSERT} UPDATE SET ${WRITTEN_COLUMNS.map((name) => `${name} = excluded.${name}`).join(', ')}`,
  new: `${INSERT} NOTHING`,
};
/** Rows a scan holds at a time. */
const PAGE = 500;
/** Offset from which it pays to know the total. */
const FAR = 10_000;

/** Rows in SQLite. When `put` or `remove` returns, the change would survive a kill of the process. */
export function createRows(database: Database): Rows {
  return {
    put: (rows, which = 'all') => {
      const statement = database.statement(PUT[which]);
      const write = (row: Row): number => Number(statement.run(...valuesOf(row)).changes);
      const [only] = rows;
      if (only === undefined) return 0;
      if (rows.length === 1) return write(only);
      return database.transaction(() => rows.reduce((written, row) => written + write(row), 0));
    },
    get: (projectId, id) => {
      const record = database.statement(`SELECT ${COLUMNS} FROM rows WHERE project_id = ? AND id = ?`);
      const found = record.get(projectId, id);
      return found === undefined ? null : rowOf(found);
    },
    query: (projectId, query) => queryRows(database, projectId, query),
    counts: (projectId, filter) => countRows(database, projectId, filter),
    remove: (projectId, ids) => {
      const statement = database.statement('DELETE FROM rows WHERE project_id = ? AND id = ?');
      database.transaction(() => {
        for (const id of ids) statement.run(projectId, id);
      });
    },
    scan: (projectId, filter) => ({ [Symbol.iterator]: () => scanRows(database, projectId, filter) }),
  };
}

function queryRows(database: Database, projectId: string, query: RowQuery): readonly Row[] {
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

function countRows(database: Database, projectId: string, filter: RowFilter): RowCounts {
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
function* scanRows(database: Database, projectId: string, filter: ScanFilter): Generator<Row> {
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
