import * as z from 'zod';
import type { CoverageCount } from '../../domain/dataset/coverage.ts';
import { type Database, readRecord } from './database.ts';
import { codeOf, RATINGS } from './rows/codes.ts';
import { OF_PROJECT } from './rows/filter.ts';

/** Where a reading of rows stands, in the order they were made in. */
interface RowPlace {
  readonly createdAt: number;
  readonly seq: number;
}

export interface CoverageCounts {
  part(
    projectId: string,
    slots: readonly [string, string],
    after: RowPlace | null,
  ): { readonly counts: readonly CoverageCount[]; readonly next: RowPlace | null };
}

const placeSchema = z.object({ created_at: z.number(), seq: z.number() });
const countSchema = z.object({ first: z.string(), second: z.string(), rows: z.number(), accepted: z.number() });

/** Rows that are grouped in one go: some milliseconds, with keys read in between. */
const ROWS_A_PART = 1_000;
const START = { created_at: Number.MIN_SAFE_INTEGER, seq: -1 };
const END = { created_at: Number.MAX_SAFE_INTEGER, seq: Number.MAX_SAFE_INTEGER };

const LAST_OF_PART = `SELECT created_at, seq FROM rows WHERE ${OF_PROJECT} AND (created_at, seq) > (?, ?)
  ORDER BY created_at, seq LIMIT 1 OFFSET ${ROWS_A_PART - 1}`;
const COUNT = `SELECT json_extract(cell, ?) AS first, json_extract(cell, ?) AS second, count(*) AS rows,
    sum(rating = ${codeOf(RATINGS, 'accepted')}) AS accepted
  FROM rows WHERE ${OF_PROJECT} AND (created_at, seq) > (?, ?) AND (created_at, seq) <= (?, ?)
  GROUP BY 1, 2 HAVING first IS NOT NULL AND second IS NOT NULL`;

/** Counts rows by the values of two slots, some thousand rows a part; no row is read into the program. */
export function createCoverage(database: Database): CoverageCounts {
  return {
    part: (projectId, slots, after) => {
      const from = after === null ? START : { created_at: after.createdAt, seq: after.seq };
      const last = database.statement(LAST_OF_PART).get(projectId, from.created_at, from.seq);
      const until =
        last === undefined
          ? END
          : readRecord(
              'rows',
              () => projectId,
              () => placeSchema.parse(last),
            );
      const paths = slots.map((name) => `$.${JSON.stringify(name)}`);
      const found = database
        .statement(COUNT)
        .all(...paths, projectId, from.created_at, from.seq, until.created_at, until.seq);
      return {
        counts: readRecord(
          'rows',
          () => projectId,
          () => z.array(countSchema).parse(found),
        ),
        next: last === undefined ? null : { createdAt: until.created_at, seq: until.seq },
      };
    },
  };
}
