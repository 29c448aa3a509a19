import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { eventId, nowSeconds } from './ids.ts';
import { keysetOf, type PageQuery } from './keyset.ts';

const eventRow = z.object({
  id: z.string(),
  created_at: z.number(),
  level: z.enum(['info', 'warn', 'error']),
  type: z.enum(['message', 'metrics']),
  message: z.string(),
  /** JSON, as it goes out. */
  data: z.string().nullable(),
});

export type EventRow = z.infer<typeof eventRow>;

export interface NewEvent {
  readonly message: string;
  readonly level?: EventRow['level'];
  readonly type?: EventRow['type'];
  readonly data?: Readonly<Record<string, unknown>>;
  /** An event of a job with the same mark is written only once, however often a resumed job comes by. */
  readonly once?: string;
}

export interface EventTable {
  append(jobId: string, events: readonly NewEvent[]): void;
  list(jobId: string, page: PageQuery): EventRow[];
  /** The data of every metrics event, oldest first. */
  metrics(jobId: string): Record<string, unknown>[];
}

export function eventTable(db: DatabaseSync): EventTable {
  const insert = db.prepare(
    'INSERT OR IGNORE INTO events (id, job_id, created_at, level, type, message, data, once) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const cursor = db.prepare('SELECT seq FROM events WHERE id = ? AND job_id = ?');
  const metrics = db.prepare("SELECT data FROM events WHERE job_id = ? AND type = 'metrics' ORDER BY seq");
  return {
    append(jobId, events) {
      const at = nowSeconds();
      for (const event of events) {
        const data = event.data ? JSON.stringify(event.data) : null;
        const { level = 'info', type = 'message', once = null } = event;
        insert.run(eventId(), jobId, at, level, type, event.message, data, once);
      }
    },
    list(jobId, page) {
      const { seq, where, orderBy } = keysetOf(page, cursor, jobId);
      const rows = db
        .prepare(
          `SELECT id, created_at, level, type, message, data FROM events
           WHERE job_id = :job AND ${where} ORDER BY ${orderBy} LIMIT :limit`,
        )
        .all({ job: jobId, seq, limit: page.limit + 1 });
      return z.array(eventRow).parse(rows);
    },
    metrics: (jobId) =>
      metrics.all(jobId).map((row) => z.record(z.string(), z.unknown()).parse(JSON.parse(String(row.data)))),
  };
}
