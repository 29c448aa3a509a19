import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { type PageQuery, UnknownCursor } from './keyset.ts';

const modelRow = z.object({
  id: z.string(),
  /** The base model it was tuned from: names the runner that can load it. */
  base: z.string(),
  job_id: z.string(),
  created_at: z.number(),
  /** Name of its folder inside the home's `models` folder; of a file, where an engine before folders trained it. */
  blob: z.string(),
  /** Of the base; null where it has none. */
  revision: z.string().nullable(),
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

const MODEL_COLUMNS = 'id, base, job_id, created_at, blob, revision';

export function modelTable(db: DatabaseSync): ModelTable {
  const put = db.prepare(`INSERT OR REPLACE INTO models (${MODEL_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)`);
  const select = db.prepare(`SELECT ${MODEL_COLUMNS} FROM models WHERE id = ?`);
  const list = db.prepare(`SELECT ${MODEL_COLUMNS} FROM models ORDER BY seq`);
  const remove = db.prepare('DELETE FROM models WHERE id = ?');
  return {
    put: (row) => {
      put.run(row.id, row.base, row.job_id, row.created_at, row.blob, row.revision);
    },
    get(id) {
      const row = select.get(id);
      return row === undefined ? null : modelRow.parse(row);
    },
    list: () => z.array(modelRow).parse(list.all()),
    remove: (id) => remove.run(id).changes > 0,
  };
}

const checkpointRow = z.object({
  id: z.string(),
  job_id: z.string(),
  created_at: z.number(),
  model: z.string(),
  step: z.number(),
  metrics: z.string().transform((text) => z.record(z.string(), z.number()).parse(JSON.parse(text))),
});

export type CheckpointRow = z.infer<typeof checkpointRow>;

export interface CheckpointTable {
  /** Does nothing when the job already has a checkpoint of that step. */
  insert(row: CheckpointRow): void;
  list(jobId: string, page: PageQuery): CheckpointRow[];
  /** All of a job, latest step first. */
  all(jobId: string): CheckpointRow[];
  remove(id: string): void;
}

const CHECKPOINT_COLUMNS = 'id, job_id, created_at, model, step, metrics';

export function checkpointTable(db: DatabaseSync): CheckpointTable {
  const insert = db.prepare(`INSERT OR IGNORE INTO checkpoints (${CHECKPOINT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)`);
  const all = db.prepare(`SELECT ${CHECKPOINT_COLUMNS} FROM checkpoints WHERE job_id = ? ORDER BY step DESC`);
  const remove = db.prepare('DELETE FROM checkpoints WHERE id = ?');
  const rows = (jobId: string): CheckpointRow[] => z.array(checkpointRow).parse(all.all(jobId));
  return {
    insert: (row) => {
      insert.run(row.id, row.job_id, row.created_at, row.model, row.step, JSON.stringify(row.metrics));
    },
    list(jobId, page) {
      const ordered = page.order === 'asc' ? rows(jobId).reverse() : rows(jobId);
      const at = page.after === null ? -1 : ordered.findIndex((row) => row.id === page.after);
      if (page.after !== null && at < 0) throw new UnknownCursor(page.after);
      return ordered.slice(at + 1, at + 2 + page.limit);
    },
    all: rows,
    remove: (id) => {
      remove.run(id);
    },
  };
}
