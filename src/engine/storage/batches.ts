import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { column } from './column.ts';
import { keysetOf, type PageQuery } from './keyset.ts';
import { isHeld, type Owner } from './owner.ts';

const BATCH_STATUSES = [
  'validating',
  'failed',
  'in_progress',
  'finalizing',
  'completed',
  'expired',
  'cancelling',
  'cancelled',
] as const;

/** What is wrong with a line of the input, from 1; null where it is the file as a whole. */
export interface BatchFault {
  readonly code: string;
  readonly message: string;
  readonly param: string | null;
  readonly line: number | null;
}

const jsonText = <T>(schema: z.ZodType<T>) => z.string().transform((text) => schema.parse(JSON.parse(text)));
const faultSchema = z.object({
  code: z.string(),
  message: z.string(),
  param: z.string().nullable(),
  line: z.number().nullable(),
});
const seconds = z.number().nullable();

const batchRow = z.object({
  id: z.string(),
  endpoint: z.string(),
  input_file_id: z.string(),
  status: z.enum(BATCH_STATUSES),
  metadata: jsonText(z.record(z.string(), z.string())).nullable(),
  /** Seconds the files of results are kept; null for ever. */
  output_life: seconds,
  errors: jsonText(z.array(faultSchema)).nullable(),
  total: z.number(),
  /** Both null until it is ended: until then they are counted. */
  completed: seconds,
  failed: seconds,
  output_file_id: z.string().nullable(),
  error_file_id: z.string().nullable(),
  created_at: z.number(),
  expires_at: z.number(),
  in_progress_at: seconds,
  finalizing_at: seconds,
  completed_at: seconds,
  failed_at: seconds,
  expired_at: seconds,
  cancelling_at: seconds,
  cancelled_at: seconds,
  owner: z.string().nullable(),
  owner_pid: z.number().nullable(),
  heartbeat_at: z.number().nullable(),
});

export type BatchRow = z.infer<typeof batchRow>;
export type NewBatch = Pick<
  BatchRow,
  'id' | 'endpoint' | 'input_file_id' | 'metadata' | 'output_life' | 'created_at' | 'expires_at'
>;
export type BatchPatch = Partial<Omit<BatchRow, keyof NewBatch | 'owner' | 'owner_pid' | 'heartbeat_at'>>;

/** The answer to one request of a batch, as a line of the file it will stand in. */
export interface BatchResult {
  readonly customId: string;
  readonly failed: boolean;
  readonly line: string;
}

const countsSchema = z.object({ completed: z.number(), failed: z.number() });
export type BatchCounts = z.infer<typeof countsSchema>;

export interface BatchTable {
  insert(batch: NewBatch): void;
  get(id: string): BatchRow | null;
  /** Up to `limit + 1` rows: the surplus one says there is more. */
  list(page: PageQuery): BatchRow[];
  update(id: string, patch: BatchPatch): void;
  /** Takes the oldest batch that is not ended and that no living engine works on; null when there is none. */
  take(self: Owner, isAlive: (pid: number) => boolean): BatchRow | null;
  /** Says that this engine still works on it; false when it is another's. */
  heartbeat(id: string, self: Owner): boolean;
  release(self: Owner): void;
  /** Keeps an answer; one of the same request before it stays. */
  keep(id: string, result: BatchResult): void;
  answered(id: string): ReadonlySet<string>;
  counts(batch: Pick<BatchRow, 'id' | 'completed' | 'failed'>): BatchCounts;
  lines(id: string, failed: boolean): Iterable<string>;
  /** Forgets the answers, once they are in files. */
  forget(id: string): void;
}

const WORKED_ON = "('validating', 'in_progress', 'finalizing', 'cancelling')";

export function batchTable(db: DatabaseSync): BatchTable {
  const select = db.prepare('SELECT * FROM batches WHERE id = ?');
  const cursor = db.prepare('SELECT seq FROM batches WHERE id = ?');
  const open = db.prepare(`SELECT * FROM batches WHERE status IN ${WORKED_ON} ORDER BY seq`);
  const claim = db.prepare(
    'UPDATE batches SET owner = ?, owner_pid = ?, heartbeat_at = ? WHERE id = ? AND owner IS ? AND heartbeat_at IS ?',
  );
  const beat = db.prepare('UPDATE batches SET heartbeat_at = ? WHERE id = ? AND owner = ?');
  const release = db.prepare('UPDATE batches SET owner = NULL, owner_pid = NULL, heartbeat_at = NULL WHERE owner = ?');
  const insert = db.prepare(
    `INSERT INTO batches (id, endpoint, input_file_id, metadata, output_life, created_at, expires_at, status, total)
     VALUES (?, ?, ?, ?, ?, ?, ?, 'validating', 0)`,
  );
  const keep = db.prepare(
    'INSERT OR IGNORE INTO batch_results (batch_id, custom_id, failed, line) VALUES (?, ?, ?, ?)',
  );
  const answered = db.prepare('SELECT custom_id FROM batch_results WHERE batch_id = ?');
  const counts = db.prepare(
    'SELECT count(*) - total(failed) AS completed, total(failed) AS failed FROM batch_results WHERE batch_id = ?',
  );
  const lines = db.prepare('SELECT line FROM batch_results WHERE batch_id = ? AND failed = ? ORDER BY rowid');
  const forget = db.prepare('DELETE FROM batch_results WHERE batch_id = ?');
  return {
    insert({ id, endpoint, input_file_id, metadata, output_life, created_at, expires_at }) {
      insert.run(id, endpoint, input_file_id, column(metadata), output_life, created_at, expires_at);
    },
    get(id) {
      const row = select.get(id);
      return row === undefined ? null : batchRow.parse(row);
    },
    list(page) {
      const { seq, where, orderBy } = keysetOf(page, cursor);
      const rows = db
        .prepare(`SELECT * FROM batches WHERE ${where} ORDER BY ${orderBy} LIMIT :limit`)
        .all({ seq, limit: page.limit + 1 });
      return z.array(batchRow).parse(rows);
    },
    update(id, patch) {
      const entries = Object.entries(patch);
      const set = entries.map(([name]) => `${name} = ?`).join(', ');
      db.prepare(`UPDATE batches SET ${set} WHERE id = ?`).run(...entries.map(([, value]) => column(value)), id);
    },
    take(self, isAlive) {
      for (const row of z.array(batchRow).parse(open.all())) {
        if (isHeld(row, self, isAlive)) continue;
        // Only as it was read: another engine may have taken it meanwhile.
        const made = claim.run(self.token, self.pid, Date.now(), row.id, row.owner, row.heartbeat_at);
        if (made.changes > 0) return row;
      }
      return null;
    },
    heartbeat: (id, self) => beat.run(Date.now(), id, self.token).changes > 0,
    release: (self) => {
      release.run(self.token);
    },
    keep(id, { customId, failed, line }) {
      keep.run(id, customId, failed ? 1 : 0, line);
    },
    answered: (id) => new Set(answered.all(id).map((row) => String(row.custom_id))),
    counts: ({ id, completed, failed }) =>
      completed === null || failed === null ? countsSchema.parse(counts.get(id)) : { completed, failed },
    *lines(id, failed) {
      for (const row of lines.iterate(id, failed ? 1 : 0)) yield String(row.line);
    },
    forget: (id) => {
      forget.run(id);
    },
  };
}
