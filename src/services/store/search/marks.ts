import * as z from 'zod';
import type { Database } from '../database.ts';
import { GROUP, groupOf } from './trigrams.ts';

const markSchema = z.object({
  /** What the index says that it is, where this is of it; null while there is none. */
  token: z.string().nullable(),
  /** Rows up to this number are in it. */
  indexed_to: z.number(),
  edits: z.number(),
  /** The highest number of a row. */
  last: z.number(),
});

/** How far the rows are in the index. */
export type Mark = z.infer<typeof markSchema>;

export const markOf = (database: Database): Mark =>
  markSchema.parse(
    database
      .statement('SELECT token, indexed_to, edits, (SELECT ifnull(max(seq), -1) FROM rows) AS last FROM search_state')
      .get(),
  );

const editSchema = z.object({ seq: z.number(), edit: z.number() });

/** The rows whose texts changed since they were put in the index, first the earliest, at most so many. */
export const editsOf = (database: Database, most: number) =>
  database
    .statement('SELECT seq, edit FROM search_edits ORDER BY edit LIMIT ?')
    .all(most)
    .map((record) => editSchema.parse(record));

/** A part of the work on the index that is done. */
export interface Step {
  /** What the index was, and what it is now. */
  readonly before: string | null;
  readonly token: string;
  readonly indexedTo: number;
  /** Changes up to this one are in it. */
  readonly edit: number;
}

/** Notes a step, unless another process noted one in between: then that is what counts. */
export function noteStep(database: Database, { before, token, indexedTo, edit }: Step): void {
  database.transaction(() => {
    const noted = database
      .statement('UPDATE search_state SET token = ?, indexed_to = ? WHERE token IS ?')
      .run(token, indexedTo, before);
    if (noted.changes > 0) database.statement('DELETE FROM search_edits WHERE edit <= ?').run(edit);
  });
}

/** Takes back what is said of numbers above all rows: they are given out again. */
export function lowerMark(database: Database): void {
  const { last, indexed_to: to } = markOf(database);
  const lowered = groupOf(last + 1) * GROUP - 1;
  if (lowered < to) database.statement('UPDATE search_state SET indexed_to = ?').run(lowered);
}

/** How many rows at most are looked at one by one in every search, because they are not in the index as they are. */
export function unindexed(database: Database): number {
  const { last, indexed_to: to } = markOf(database);
  return last - to + Number(database.statement('SELECT count(*) AS n FROM search_edits').get()?.n);
}
