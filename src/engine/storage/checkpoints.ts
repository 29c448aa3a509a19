import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { type PageQuery, unknownCursor } from '../http/page.ts';

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

const COLUMNS = 'id, job_id, created_at, model, step, metrics';

export function checkpointTable(db: DatabaseSync): CheckpointTable {
  const insert = db.prepare(`INSERT OR IGNORE INTO checkpoints (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)`);
  const all = db.prepare(`SELECT ${COLUMNS} FROM checkpoints WHERE job_id = ? ORDER BY step DESC`);
  const remove = db.prepare('DELETE FROM checkpoints WHERE id = ?');
  const rows = (jobId: string): CheckpointRow[] => z.array(checkpointRow).parse(all.all(jobId));
  return {
    insert: (row) => {
      insert.run(row.id, row.job_id, row.created_at, row.model, row.step, JSON.stringify(row.metrics));
    },
    list(jobId, page) {
      const ordered = page.order === 'asc' ? rows(jobId).reverse() : rows(jobId);
      const at = page.after === null ? -1 : ordered.findIndex((row) => row.id === page.after);
      if (page.after !== null && at < 0) throw unknownCursor(page.after);
      return ordered.slice(at + 1, at + 2 + page.limit);
    },
    all: rows,
    remove: (id) => {
      remove.run(id);
    },
  };
}
