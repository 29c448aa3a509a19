import * as z from 'zod';
import type { PaidCall, SpendingKind } from '../../../domain/pricing/spending.ts';
import type { Database } from '../database.ts';

/** What a project may spend on some kinds of calls. */
export interface Cap {
  readonly projectId: string;
  readonly kinds: readonly SpendingKind[];
  /** US$; null: no cap. */
  readonly usd: number | null;
}

/** Forgives the rounding of adding many small floats, far below any price. */
export const EPSILON_USD = 1e-9;

const usdSchema = z.object({ usd: z.number() });

/** US$ that count towards the cap: spent, and held back for calls and batches under way. */
export function countedUsd(database: Database, { projectId, kinds }: Cap): number {
  const marks = kinds.map(() => '?').join(', ');
  const sum = (sql: string): number => usdSchema.parse(database.statement(sql).get(projectId, ...kinds)).usd;
  return (
    sum(`SELECT total(usd) AS usd FROM spending_totals WHERE project_id = ? AND kind IN (${marks})`) +
    sum(`SELECT total(quoted_usd) AS usd FROM calls_under_way WHERE project_id = ? AND kind IN (${marks})`)
  );
}

type ClaimedRow = PaidCall['row'];

/** Whether a call under way is to fill the row. */
export const isHeld = (database: Database, row: ClaimedRow): boolean =>
  row !== null &&
  database
    .statement('SELECT 1 FROM calls_under_way WHERE row_project_id = ? AND row_id = ?')
    .get(row.projectId, row.id) !== undefined;

/** Whether a request in a batch is to fill the row. */
export const isBatched = (database: Database, row: ClaimedRow): boolean =>
  row !== null &&
  database.statement('SELECT 1 FROM batch_rows WHERE rows_of = ? AND row_id = ?').get(row.projectId, row.id) !==
    undefined;

/** Whether any row waits for a batch: most homes have none, and calls then need not ask one by one. */
export const areBatched = (database: Database): boolean =>
  database.statement('SELECT 1 FROM batch_rows LIMIT 1').get() !== undefined;
