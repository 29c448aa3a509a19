import type { Row, RowCounts, RowFilter, RowQuery, ScanFilter } from '../../../domain/dataset/types.ts';
import type { PackedRows } from '../../../domain/importing/conversion.ts';
import type { Database } from '../database.ts';
import { isRowOf, NAMED_PROJECT } from './heads.ts';
import { headOfId, lyingId } from './layout.ts';
import { createPacks } from './packs.ts';
import { countRows, createReader, type PlacedRow } from './reading.ts';
import { createWindows } from './windows.ts';
import { createWriter } from './writing.ts';

export interface Rows {
  put(rows: readonly Row[], which?: 'all' | 'new'): number;
  /** Adds rows that were packed elsewhere and are not there yet; what their columns do not say is as `like` has it. Gives how many. */
  putPacked(like: Row, packed: PackedRows): number;
  get(projectId: string, id: string): Row | null;
  query(projectId: string, query: RowQuery): readonly Row[];
  counts(projectId: string, filter: RowFilter): RowCounts;
  remove(projectId: string, ids: readonly string[]): void;
  scan(projectId: string, filter: ScanFilter): Iterable<Row>;
  /** The rows of a project at these places (`seq`), in their order; null where there is none. */
  at(projectId: string, seqs: Iterable<number>): readonly (Row | null)[];
  /** Every row of a project in the order it was made in, each with its place (`seq`). */
  placed(projectId: string): Iterable<PlacedRow>;
  /** Every row of every project, in the order they came in. */
  every(): Iterable<Row>;
  /** Forgets rows that cannot be read, and gives how many they were. */
  forgetUnreadable(): number;
}

const REMOVE = `DELETE FROM rows WHERE ${isRowOf(NAMED_PROJECT)}`;

/** Rows in SQLite. When `put` or `remove` returns, the change would survive a kill of the process. */
export function createRows(database: Database): Rows {
  const packs = createPacks(database.statement);
  const reader = createReader(database, packs);
  const windows = createWindows(database, reader);
  const writer = createWriter(database, packs);
  return {
    put: (rows, which = 'all') => writer.put(rows, which),
    putPacked: writer.putPacked,
    get: reader.get,
    at: reader.at,
    query: (projectId, query) => windows(projectId, query, () => countRows(database, projectId, query.filter).total),
    counts: (projectId, filter) => countRows(database, projectId, filter),
    remove: (projectId, ids) => {
      database.transaction(() => {
        for (const id of ids) {
          const lying = lyingId(id);
          database.statement(REMOVE).run(headOfId(lying), lying, projectId);
        }
      });
    },
    scan: (projectId, filter) => ({ [Symbol.iterator]: () => reader.scan(projectId, filter) }),
    placed: (projectId) => ({ [Symbol.iterator]: () => reader.placed(projectId, {}) }),
    every: () => ({ [Symbol.iterator]: () => reader.every() }),
    forgetUnreadable: () =>
      database.transaction(() => {
        const seqs = reader.unreadable();
        for (const seq of seqs) database.statement('DELETE FROM rows WHERE seq = ?').run(seq);
        return seqs.length;
      }),
  };
}
