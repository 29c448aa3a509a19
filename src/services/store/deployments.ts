import * as z from 'zod';
import type { DeploymentRecord } from '../../domain/deployment/types.ts';
import { type Database, readJson } from './database.ts';
import { bookDeployment } from './spending/deployments.ts';

const texts = z.record(z.string(), z.string());

export const deploymentSchema: z.ZodType<DeploymentRecord> = z.object({
  key: z.string(),
  projectId: z.string(),
  providerId: z.string(),
  address: z.string(),
  jobId: z.string().nullable(),
  order: z.object({
    name: z.string(),
    source: z.string(),
    tunedModel: z.string(),
    setup: texts,
    choices: z.object({
      idleStopMinutes: z.number().nullable(),
      accelerator: z.string().nullable(),
      onto: z.string().nullable(),
      own: texts.optional(),
    }),
  }),
  view: z.object({
    stage: z.enum(['absent', 'starting', 'ready', 'stopped', 'failed', 'leaving']),
    word: z.string(),
    message: z.string(),
    model: z.string().nullable(),
    parts: texts,
  }),
  askedAt: z.number(),
  seenAt: z.number(),
  answered: z.boolean(),
  leaving: z.boolean(),
  closed: z.boolean(),
  usdPerHour: z.number().nullable(),
  billedMs: z.number(),
  billedSince: z.number().nullable(),
});

export interface Deployments {
  begin(record: DeploymentRecord): DeploymentRecord;
  save(record: DeploymentRecord): void;
  get(key: string): DeploymentRecord | null;
  list(of?: { readonly open: boolean }): readonly DeploymentRecord[];
}

const BEGIN =
  'INSERT OR IGNORE INTO deployments (key, address, source, closed, asked_at, record) VALUES (?, ?, ?, ?, ?, ?)';
const SAVE = `INSERT INTO deployments (key, address, source, closed, asked_at, record) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (key) DO UPDATE SET closed = excluded.closed, asked_at = excluded.asked_at, record = excluded.record`;
const OPEN = 'SELECT record AS json FROM deployments WHERE address = ? AND source = ? AND closed = 0';
const GET = 'SELECT record AS json FROM deployments WHERE key = ?';
const LIST = 'SELECT record AS json FROM deployments WHERE closed = 0 OR ?1 ORDER BY asked_at DESC, key';

/** Deployments as last seen. The hours of one that is saved are in the ledger of spending. */
export function createDeployments(database: Database, now: () => number = Date.now): Deployments {
  const read = (rows: readonly unknown[]) => readJson('deployments', deploymentSchema, rows);
  const values = (record: DeploymentRecord) => {
    const { key, address, order, closed, askedAt } = record;
    return [key, address, order.source, closed ? 1 : 0, askedAt, JSON.stringify(record)] as const;
  };
  return {
    begin: (record) =>
      database.transaction(() => {
        database.statement(BEGIN).run(...values(record));
        return read(database.statement(OPEN).all(record.address, record.order.source))[0] ?? record;
      }),
    save: (record) =>
      database.transaction(() => {
        database.statement(SAVE).run(...values(record));
        bookDeployment(database, record, now());
      }),
    get: (key) => read(database.statement(GET).all(key))[0] ?? null,
    list: ({ open } = { open: false }) => read(database.statement(LIST).all(open ? 0 : 1)),
  };
}
