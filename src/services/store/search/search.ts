import { dirname, join } from 'node:path';
import type { Row } from '../../../domain/dataset/types.ts';
import type { StoreDatabase } from '../database.ts';
import { OF_PROJECT } from '../rows/filter.ts';
import { idSchema } from '../rows/layout.ts';
import { countRows } from '../rows/reading.ts';
import { createRows } from '../rows/rows.ts';
import { Filler, type FillerOptions } from './filler.ts';
import { Finder } from './finding.ts';
import type { Seqs, Wanted } from './messages.ts';
import { type FindOptions, SearchThread } from './thread.ts';

/** Rows that a search found, in the order that was asked for. */
export interface FoundRows {
  readonly total: number;
  /** The rows of these places, as they are now; null where one is gone. */
  window(offset: number, limit: number): readonly (Row | null)[];
  /** Ids of all that are still there, in their order. */
  ids(): readonly string[];
}

export interface RowSearch {
  find(projectId: string, query: Omit<Wanted, 'projectId'>, options?: FindOptions): Promise<FoundRows>;
  /** Rows came or changed, or may have: the index is filled in a while. */
  rowsChanged(): void;
  /** Ends what is looked for. The database is closed after it. */
  close(): Promise<void>;
}

export interface RowSearchOptions {
  /** Up to this many rows of a project are looked at here and now. */
  readonly atOnce?: number;
  readonly thread?: URL;
  /** Milliseconds without a question after which the thread is ended; the next question starts another. */
  readonly restMs?: number;
  readonly fill?: FillerOptions;
}

const INDEX_NAME = 'search.db';

/** A few milliseconds of looking: less than the start of a thread takes, and than a frame is waited for. */
const AT_ONCE = 2_000;

/** Searches the rows of a database in a thread of its own. */
export function createRowSearch(
  database: StoreDatabase,
  { atOnce = AT_ONCE, thread: url = workerUrl(), restMs, fill = {} }: RowSearchOptions = {},
): RowSearch {
  const paths = { path: database.path, indexPath: join(dirname(database.path), INDEX_NAME) };
  const thread = new SearchThread(paths, url, restMs);
  const filler = new Filler(database, thread, fill);
  return {
    async find(projectId, query, options = {}) {
      options.signal?.throwIfAborted();
      const wanted = { projectId, ...query };
      const isSmall = countRows(database, projectId, {}).total <= atOnce;
      const seqs = isSmall ? findHere(database, wanted) : await thread.find(wanted, options);
      return foundRows(database, projectId, seqs);
    },
    rowsChanged: () => filler.rowsChanged(),
    close() {
      filler.close();
      return thread.close();
    },
  };
}

const findHere = (database: StoreDatabase, wanted: Wanted): Seqs => new Finder(database, null).find(wanted, () => {});

function foundRows(database: StoreDatabase, projectId: string, seqs: Seqs): FoundRows {
  const rows = createRows(database);
  const sql = `SELECT seq, id FROM rows NOT INDEXED WHERE seq IN (SELECT value FROM json_each(?)) AND ${OF_PROJECT}`;
  return {
    total: seqs.length,
    window: (offset, limit) => rows.at(projectId, seqs.subarray(offset, offset + limit)),
    ids() {
      const records = database.statement(sql).all(JSON.stringify([...seqs]), projectId);
      const ids = new Map(records.map(({ seq, id }) => [Number(seq), idSchema.parse(id)]));
      return Array.from(seqs).flatMap((seq) => ids.get(seq) ?? []);
    },
  };
}

function workerUrl(self: string = import.meta.url): URL {
  return new URL(self.endsWith('.ts') ? './search.worker.ts' : './search.js', self);
}
