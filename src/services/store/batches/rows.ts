import * as z from 'zod';
import type { BatchOutcome, BatchRecord } from '../../../domain/batches/record.ts';
import type { Usage } from '../../../domain/chat/types.ts';
import type { Permission } from '../../../domain/pricing/spending.ts';
import type { Cell } from '../../../domain/template/types.ts';
import { type Database, readJson } from '../database.ts';
import { type Cap, countedUsd, EPSILON_USD, isHeld } from '../spending/claims.ts';
import { createBatches } from './batches.ts';
import { batchSchema } from './schema.ts';

interface Claim {
  readonly rowId: string;
  readonly cell: Cell;
  readonly quotedUsd: number | null;
}

interface End {
  readonly rowId: string;
  readonly billed: { readonly usage: Usage | null; readonly usd: number | null } | null;
}

export interface BatchedRows {
  claim(
    record: BatchRecord,
    claims: readonly Claim[],
    rules: { readonly cap: Cap | null; isThere(index: number): boolean },
  ): readonly Permission[];
  held(record: BatchRecord, rowIds: readonly string[]): readonly Claim[];
  left(record: BatchRecord): number;
  inBatches(rowsOf: string): number;
  settle(
    record: BatchRecord,
    ends: readonly End[],
    counts: Pick<BatchOutcome, 'answered' | 'failed' | 'unasked'>,
    keep: () => void,
  ): BatchRecord;
}

const SEQ = 'SELECT seq FROM batches WHERE key = ?';
const TAKE = 'INSERT OR IGNORE INTO batch_rows (rows_of, row_id, batch, cell, quoted_usd) VALUES (?, ?, ?, ?, ?)';
const FIND =
  'SELECT row_id, cell, quoted_usd FROM batch_rows WHERE rows_of = ? AND batch = ? AND row_id IN (SELECT value FROM json_each(?))';
const FREE = 'DELETE FROM batch_rows WHERE rows_of = ? AND row_id = ?';
/** Unknown money stays unknown, whatever is added to it. */
const HOLD = 'UPDATE calls_under_way SET quoted_usd = quoted_usd + ? WHERE call = ?';
const GET = 'SELECT record AS json FROM batches WHERE key = ?';
const BOOK = `INSERT INTO spending (at, call, entry, project_id, kind, provider_id, host, model, operation_id, calls, quoted_usd, usd,
  unpriced, prompt_tokens, completion_tokens, cached_tokens) VALUES (?, ?, 'billed', ?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?)`;

const seqSchema = z.object({ seq: z.number() });
const countSchema = z.object({ n: z.number() });
const heldSchema = z.object({ row_id: z.string(), cell: z.string(), quoted_usd: z.number().nullable() });
const cellSchema = z.record(z.string(), z.string());

/** Rows of batches, with the money that is held back for them. */
export function createBatchedRows(database: Database, now: () => number = Date.now): BatchedRows {
  const batches = createBatches(database, now);
  const seqOf = (key: string): number | null => seqSchema.safeParse(database.statement(SEQ).get(key)).data?.seq ?? null;
  const counted = (sql: string, ...values: (string | number)[]): number =>
    countSchema.parse(database.statement(sql).get(...values)).n;

  function held(record: BatchRecord, rowIds: readonly string[]): readonly Claim[] {
    const seq = seqOf(record.key);
    if (seq === null) return [];
    return database
      .statement(FIND)
      .all(record.rowsOf, seq, JSON.stringify(rowIds))
      .map((found) => {
        const { row_id, cell, quoted_usd } = heldSchema.parse(found);
        return { rowId: row_id, cell: cellSchema.parse(JSON.parse(cell)), quotedUsd: quoted_usd };
      });
  }

  /** One entry for the answers of a settlement: a million of them would only make the ledger slow. */
  function book(record: BatchRecord, ends: readonly End[], quotes: ReadonlyMap<string, number | null>): void {
    const bills = ends.flatMap(({ rowId, billed }) => (billed === null ? [] : [{ rowId, ...billed }]));
    for (const unpriced of [false, true]) {
      const own = bills.filter(({ usd, rowId }) => ((usd ?? quotes.get(rowId) ?? null) === null) === unpriced);
      if (own.length === 0) continue;
      const sum = (of: (bill: (typeof own)[number]) => number): number => own.reduce((all, bill) => all + of(bill), 0);
      const { projectId, kind, providerId, host, asked, key } = record;
      database.statement(BOOK).run(
        now(),
        key,
        projectId,
        kind,
        providerId,
        host,
        asked.model,
        own.length,
        unpriced ? null : sum(({ rowId }) => quotes.get(rowId) ?? 0),
        sum(({ usd, rowId }) => usd ?? quotes.get(rowId) ?? 0),
        unpriced ? own.length : 0,
        sum(({ usage }) => usage?.promptTokens ?? 0),
        sum(({ usage }) => usage?.completionTokens ?? 0),
        sum(({ usage }) => usage?.cachedTokens ?? 0),
      );
    }
  }

  return {
    claim: (record, claims, { cap, isThere }) =>
      database.transaction(() => {
        const seq = seqOf(record.key);
        if (seq === null) throw new Error(`There is no batch ${record.key}.`);
        const most = cap?.usd ?? Number.POSITIVE_INFINITY;
        let all = cap === null || cap.usd === null ? 0 : countedUsd(database, cap);
        let taken = 0;
        const decide = ({ rowId, cell, quotedUsd }: Claim, index: number): Permission => {
          if (isThere(index)) return { status: 'there' };
          if (isHeld(database, { projectId: record.rowsOf, id: rowId })) return { status: 'held' };
          const usd = quotedUsd ?? 0;
          if (all + usd > most + EPSILON_USD) return { status: 'capped' };
          const { changes } = database.statement(TAKE).run(record.rowsOf, rowId, seq, JSON.stringify(cell), quotedUsd);
          if (changes === 0) return { status: 'batched' };
          all += usd;
          taken += usd;
          return { status: 'noted', call: record.key };
        };
        const permissions = claims.map(decide);
        const unknown = claims.some(
          ({ quotedUsd }, index) => quotedUsd === null && permissions[index]?.status === 'noted',
        );
        if (taken > 0 || unknown) database.statement(HOLD).run(unknown ? null : taken, record.key);
        return permissions;
      }),
    held,
    left: ({ key }) => counted(`SELECT count(*) AS n FROM batch_rows WHERE batch = (${SEQ})`, key),
    inBatches: (rowsOf) => counted('SELECT count(*) AS n FROM batch_rows WHERE rows_of = ?', rowsOf),
    settle: (record, ends, counts, keep) =>
      database.transaction(() => {
        const rowIds = ends.map(({ rowId }) => rowId);
        const quotes = new Map(held(record, rowIds).map(({ rowId, quotedUsd }) => [rowId, quotedUsd]));
        const own = ends.filter(({ rowId }) => quotes.has(rowId));
        book(record, own, quotes);
        for (const { rowId } of own) database.statement(FREE).run(record.rowsOf, rowId);
        database.statement(HOLD).run(-own.reduce((sum, { rowId }) => sum + (quotes.get(rowId) ?? 0), 0), record.key);
        keep();
        const [written] = readJson('batches', batchSchema, database.statement(GET).all(record.key));
        const { outcome } = written ?? record;
        const settled = {
          ...record,
          outcome: {
            answered: outcome.answered + counts.answered,
            failed: outcome.failed + counts.failed,
            unasked: outcome.unasked + counts.unasked,
            usd: own.reduce<number | null>((usd, { billed, rowId }) => {
              const cost = billed === null ? 0 : (billed.usd ?? quotes.get(rowId) ?? null);
              return usd === null || cost === null ? null : usd + cost;
            }, outcome.usd),
          },
        };
        batches.save(settled);
        return settled;
      }),
  };
}
