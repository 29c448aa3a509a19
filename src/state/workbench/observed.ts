import type { RowStore } from '../../operations/ports.ts';

/** The same rows, with word of every project whose rows change, whoever changes them. */
export function observedRows(rows: RowStore, changed: (projectId: string) => void): RowStore {
  return {
    put(put) {
      rows.put(put);
      for (const projectId of new Set(put.map((row) => row.projectId))) changed(projectId);
    },
    remove(projectId, ids) {
      rows.remove(projectId, ids);
      changed(projectId);
    },
    get: (projectId, id) => rows.get(projectId, id),
    query: (projectId, query) => rows.query(projectId, query),
    counts: (projectId, filter) => rows.counts(projectId, filter),
    scan: (projectId, filter) => rows.scan(projectId, filter),
  };
}
