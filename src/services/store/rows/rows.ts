import type { Row, RowCounts, RowFilter, RowQuery, ScanFilter } from '../../../domain/dataset/types.ts';
import type { Database } from '../database.ts';
import { COLUMNS, countRows, queryRows, scanRows } from './reading.ts';
import { rowOf, valuesOf, WRITTEN_COLUMNS } from './record.ts';

export interface Rows {
  put(rows: readonly Row[], which?: 'all' | 'new'): number;
  get(projectId: string, id: string): Row | null;
  query(projectId: string, query: RowQuery): readonly Row[];
  counts(projectId: string, filter: RowFilter): RowCounts;
  remove(projectId: string, ids: readonly string[]): void;
  scan(projectId: string, filter: ScanFilter): Iterable<Row>;
}

const INSERT = `INSERT INTO rows (${WRITTEN_COLUMNS.join(', ')}) VALUES (${WRITTEN_COLUMNS.map(() => '?').join(', ')})
  ON CONFLICT (project_id, id) DO`;
const PUT = {
  all: `${INSERT} UPDATE SET ${WRITTEN_COLUMNS.map((name) => `${name} = excluded.${name}`).join(', ')}`,
  new: `${INSERT} NOTHING`,
};

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
