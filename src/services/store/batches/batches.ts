import * as z from 'zod';
import { type BatchRecord, isOpen } from '../../../domain/batches/record.ts';
import { type Database, readJson } from '../database.ts';
import { isDead, ownProcess } from '../spending/processes.ts';
import { batchSchema } from './schema.ts';

export interface Batches {
  open(projectId?: string): readonly BatchRecord[];
  list(limit: number): readonly BatchRecord[];
  save(record: BatchRecord): void;
  drop(key: string): void;
}

const OPEN = `SELECT record AS json FROM batches WHERE open = 1 AND (?1 IS NULL OR project_id = ?1) ORDER BY seq`;
const LIST = 'SELECT record AS json FROM batches ORDER BY seq DESC LIMIT ?';
const SAVE = `INSERT INTO batches (key, project_id, address, open, created_at, record) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (key) DO UPDATE SET open = excluded.open, record = excluded.record`;
/** The money of all its requests, as one call under way that belongs to no process. */
const HOLD = `INSERT OR IGNORE INTO calls_under_way (call, owner, at, project_id, kind, provider_id, host, model, operation_id, quoted_usd)
  VALUES (?1, ?1, ?, ?, ?, ?, ?, ?, '', 0)`;
const FREE_ROWS = 'DELETE FROM batch_rows WHERE batch = (SELECT seq FROM batches WHERE key = ?)';
const FREE_MONEY = 'DELETE FROM calls_under_way WHERE call = ?';
const MAY_BE_BILLED = `INSERT INTO spending (at, call, entry, project_id, kind, provider_id, host, model, operation_id, calls, quoted_usd,
  usd, unpriced, unsure, unsure_usd, prompt_tokens, completion_tokens, cached_tokens)
  SELECT ?, call, 'may be billed', project_id, kind, provider_id, host, model, operation_id, ?, quoted_usd, ifnull(quoted_usd, 0),
  quoted_usd IS NULL, 1, ifnull(quoted_usd, 0), 0, 0, 0 FROM calls_under_way WHERE call = ?`;
const LEFT = `SELECT count(*) AS n FROM batch_rows WHERE batch = (SELECT seq FROM batches WHERE key = ?)`;
const countSchema = z.object({ n: z.number() });

/** Batches, and what they hold back. What comes of one that is given up is unknown, so its requests may be billed. */
export function createBatches(database: Database, now: () => number = Date.now): Batches {
  const read = (rows: readonly unknown[]) => readJson('batches', batchSchema, rows);

  function free(record: BatchRecord): void {
    if (record.state === 'given-up') {
      const { n } = countSchema.parse(database.statement(LEFT).get(record.key));
      if (n > 0) database.statement(MAY_BE_BILLED).run(now(), n, record.key);
    }
    database.statement(FREE_ROWS).run(record.key);
    database.statement(FREE_MONEY).run(record.key);
  }

  return {
    open: (projectId) => read(database.statement(OPEN).all(projectId ?? null)),
    list: (limit) => read(database.statement(LIST).all(limit)),
    save: (record) =>
      database.transaction(() => {
        const { key, projectId, kind, providerId, host, address, asked, createdAt } = record;
        const open = isOpen(record);
        database.statement(SAVE).run(key, projectId, address, open ? 1 : 0, createdAt, JSON.stringify(record));
        if (open) database.statement(HOLD).run(key, now(), projectId, kind, providerId, host, asked.model);
        else free(record);
      }),
    drop: (key) =>
      database.transaction(() => {
        database.statement(FREE_ROWS).run(key);
        database.statement(FREE_MONEY).run(key);
        database.statement('DELETE FROM batches WHERE key = ?').run(key);
      }),
  };
}

/** Gives up the open batches of a project that is deleted: their answers have no place any more. */
export function giveUpBatches(database: Database, projectId: string, now: () => number = Date.now): void {
  const batches = createBatches(database, now);
  for (const record of batches.open(projectId)) {
    batches.save({ ...record, state: 'given-up', problem: 'Its project was deleted.', endedAt: now() });
  }
}

export interface Workers {
  take(key: string): boolean;
  release(key: string): void;
  /** Stops saying that this process lives. */
  close(): void;
}

const workerSchema = z.object({ token: z.string(), pid: z.number(), machine: z.string(), heartbeatAt: z.number() });
const columnSchema = z.object({ worker: z.string().nullable() });
/** Well below what makes a process one that is dead. */
const BEAT_MS = 4000;

/** Who works on which batch, of all processes. While this one has some it says so every few seconds. */
export function createWorkers(database: Database, now: () => number = Date.now, self = ownProcess()): Workers {
  const taken = new Set<string>();
  let heart: NodeJS.Timeout | null = null;

  const write = (key: string, worker: string | null): void => {
    database.statement('UPDATE batches SET worker = ? WHERE key = ?').run(worker, key);
  };
  const own = (): string => JSON.stringify({ ...self, heartbeatAt: now() });

  function beat(): void {
    for (const key of taken) write(key, own());
  }

  function isOthers(key: string): boolean {
    const found = columnSchema.safeParse(database.statement('SELECT worker FROM batches WHERE key = ?').get(key));
    if (found.data?.worker == null) return false;
    const worker = workerSchema.safeParse(JSON.parse(found.data.worker));
    return worker.success && worker.data.token !== self.token && !isDead(worker.data, self, now());
  }

  return {
    take: (key) =>
      database.transaction(() => {
        if (taken.has(key) || isOthers(key)) return false;
        write(key, own());
        taken.add(key);
        // A beat that cannot be written is made up for by the next.
        heart ??= setInterval(() => {
          try {
            beat();
          } catch {}
        }, BEAT_MS).unref();
        return true;
      }),
    release(key) {
      if (!taken.delete(key)) return;
      write(key, null);
    },
    close() {
      if (heart !== null) clearInterval(heart);
      heart = null;
    },
  };
}
