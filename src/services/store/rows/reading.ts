import * as z from 'zod';
import type { Row, RowCounts, RowFilter, ScanFilter } from '../../../domain/dataset/types.ts';
import { StoreDamage } from '../../../domain/text/store-damage.ts';
import type { Database } from '../database.ts';
import { RATINGS, STATUSES, wordSchema } from './codes.ts';
import { conditionOf, isTallied, OF_PROJECT } from './filter.ts';
import { isRowOf, NAMED_PROJECT } from './heads.ts';
import { headOfId, lyingId, READ_COLUMNS, rowAt } from './layout.ts';
import type { Packs } from './packs.ts';

const COLUMNS = READ_COLUMNS.join(', ');
const GET = `SELECT ${COLUMNS} FROM rows WHERE ${isRowOf(NAMED_PROJECT)}`;
const AT = `SELECT ${COLUMNS} FROM rows WHERE seq IN (SELECT value FROM json_each(?)) AND +${OF_PROJECT}`;
const EVERY = `SELECT row_projects.id AS project_id, ${READ_COLUMNS.map((name) => `rows.${name}`).join(', ')}
  FROM rows LEFT JOIN row_projects ON key = project ORDER BY seq`;
/** Rows a scan holds at a time, two packs of them: they are read in one go, in which no key is, some 2 ms. */
const PAGE = 128;

/** A row, and the number of its place. */
export interface PlacedRow {
  readonly place: number;
  readonly row: Row;
}

export interface RowReader {
  get(projectId: string, id: string): Row | null;
  /** The rows of a project at these places, in their order; null where there is none. */
  at(projectId: string, seqs: Iterable<number>): readonly (Row | null)[];
  scan(projectId: string, filter: ScanFilter): Generator<Row>;
  /** The same, each with its place (`seq`). */
  placed(projectId: string, filter: ScanFilter): Generator<PlacedRow>;
  /** Every row there is. */
  every(): Generator<Row>;
  /** The places of rows that cannot be read. */
  unreadable(): readonly number[];
}

/** Whether a row's texts are in another table, which must be read as it was when the row was: in one transaction. */
const isPacked = (record: Readonly<Record<string, unknown>> | undefined): boolean => record?.completion === null;

export function createReader(database: Database, packs: Packs): RowReader {
  /** Goes on from the last row's place instead of counting, so that rows may come and go between two pages. */
  function* placed(projectId: string, filter: ScanFilter): Generator<PlacedRow> {
    const where = conditionOf(projectId, filter);
    const sql = `SELECT ${COLUMNS} FROM rows WHERE ${where.sql} AND (created_at, seq) > (?, ?)
      ORDER BY created_at, seq LIMIT ${PAGE}`;
    let place = { created_at: Number.MIN_SAFE_INTEGER, seq: -1 };
    const find = () => database.statement(sql).all(...where.values, place.created_at, place.seq);
    const read = (page: ReturnType<typeof find>) => ({
      page,
      rows: page.map((record) => ({ place: Number(record.seq), row: rowAt(record, projectId, packs) })),
    });
    let arePacked = false;
    for (;;) {
      const first: ReturnType<typeof find> = arePacked ? [] : find();
      arePacked ||= first.some(isPacked);
      const { page, rows } = arePacked ? database.reading(() => read(find())) : read(first);
      yield* rows;
      if (page.length < PAGE) return;
      place = placeSchema.parse(page.at(-1));
    }
  }

  function* scan(projectId: string, filter: ScanFilter): Generator<Row> {
    for (const { row } of placed(projectId, filter)) yield row;
  }

  const isReadable = (record: unknown): boolean => {
    try {
      rowAt(record, '', packs);
      return true;
    } catch (error) {
      if (error instanceof StoreDamage) return false;
      throw error;
    }
  };

  return {
    get(projectId, id) {
      const lying = lyingId(id);
      const find = () => database.statement(GET).get(headOfId(lying), lying, projectId);
      const read = (found: ReturnType<typeof find>) => (found === undefined ? null : rowAt(found, projectId, packs));
      const found = find();
      return isPacked(found) ? database.reading(() => read(find())) : read(found);
    },
    at: (projectId, seqs) =>
      database.reading(() => {
        const found = database.statement(AT).all(JSON.stringify([...seqs]), projectId);
        const rows = new Map(found.map((record) => [Number(record.seq), rowAt(record, projectId, packs)]));
        return Array.from(seqs, (seq) => rows.get(seq) ?? null);
      }),
    scan,
    placed,
    *every() {
      for (const record of database.statement(EVERY).iterate()) yield rowAt(record, String(record.project_id), packs);
    },
    unreadable: () =>
      Array.from(database.statement(EVERY).iterate(), (record) =>
        record.project_id !== null && isReadable(record) ? [] : [Number(record.seq)],
      ).flat(),
  };
}

const placeSchema = z.object({ created_at: z.number(), seq: z.number() });

const tallySchema = z.array(
  z.object({
    status: wordSchema(STATUSES),
    rating: wordSchema(RATINGS),
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
