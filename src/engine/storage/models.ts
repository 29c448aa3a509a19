import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';

const modelRow = z.object({
  id: z.string(),
  /** The base model it was tuned from: names the runner that can load it. */
  base: z.string(),
  job_id: z.string(),
  created_at: z.number(),
  /** File name inside the home's `models` folder. */
  blob: z.string(),
});

export type ModelRow = z.infer<typeof modelRow>;

export interface ModelTable {
  /** A model of the same id is replaced: a resumed job makes the same one again. */
  put(row: ModelRow): void;
  get(id: string): ModelRow | null;
  /** Oldest first. */
  list(): ModelRow[];
  remove(id: string): boolean;
}

const COLUMNS = 'id, base, job_id, created_at, blob';

export function modelTable(db: DatabaseSync): ModelTable {
  const put = db.prepare(`INSERT OR REPLACE INTO models (${COLUMNS}) VALUES (?, ?, ?, ?, ?)`);
  const select = db.prepare(`SELECT ${COLUMNS} FROM models WHERE id = ?`);
  const list = db.prepare(`SELECT ${COLUMNS} FROM models ORDER BY seq`);
  const remove = db.prepare('DELETE FROM models WHERE id = ?');
  return {
    put: (row) => {
      put.run(row.id, row.base, row.job_id, row.created_at, row.blob);
    },
    get(id) {
      const row = select.get(id);
      return row === undefined ? null : modelRow.parse(row);
    },
    list: () => z.array(modelRow).parse(list.all()),
    remove: (id) => remove.run(id).changes > 0,
  };
}
