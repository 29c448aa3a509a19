import * as z from 'zod';
import type { JobRecord } from '../../../domain/training/types.ts';
import type { Database } from '../database.ts';

const bookedSchema = z.object({ calls: z.number(), usd: z.number(), unpriced: z.number(), tokens: z.number() });

const BOOKED = `SELECT ifnull(sum(calls), 0) AS calls, total(usd) AS usd, ifnull(sum(unpriced), 0) AS unpriced,
  ifnull(sum(prompt_tokens), 0) AS tokens FROM spending WHERE call = ? AND kind = 'job'`;
const ADD = `INSERT INTO spending (at, call, entry, project_id, kind, provider_id, host, model, operation_id, calls, quoted_usd,
  usd, unpriced, prompt_tokens, completion_tokens, cached_tokens) VALUES (?, ?, ?, ?, 'job', ?, '', ?, '', ?, ?, ?, ?, ?, 0, 0)`;

const UNDER_WAY = `DELETE FROM calls_under_way WHERE kind = 'job' AND operation_id = ?`;
const UNSURE = `INSERT INTO spending (at, call, entry, project_id, kind, provider_id, host, model, operation_id, calls, quoted_usd,
  usd, unpriced, unsure, unsure_usd, prompt_tokens, completion_tokens, cached_tokens)
  SELECT ?, call, 'corrected', project_id, kind, provider_id, host, model, operation_id, -1, quoted_usd, -usd, -unpriced, -1,
  -unsure_usd, 0, 0, 0 FROM spending AS old WHERE kind = 'job' AND operation_id = ? AND unsure > 0
  AND NOT EXISTS (SELECT 1 FROM spending WHERE call = old.call AND unsure < 0)`;

/** The call that asked for a job counts no longer, neither as under way nor as one that may be billed: its job does. */
export function settleAsked(database: Database, operationId: string, at: number): void {
  database.statement(UNDER_WAY).run(operationId);
  database.statement(UNSURE).run(at, operationId);
}

/**
 * Books a job at its provider's own price, or else as it was quoted, when it is first seen, and corrects that by what became of it:
 * one that failed is not billed (OpenAI, "Fine-tuning: billing"). One that was cancelled may be, for the steps it took, and stays as it was quoted.
 */
export function bookJob(database: Database, { job, projectId, providerId, quoteUsd }: JobRecord, at: number): void {
  const call = `job-${job.id}`;
  const said = job.costUsd ?? quoteUsd;
  const before = bookedSchema.parse(database.statement(BOOKED).get(call));
  const billed = job.status !== 'failed';
  const after = {
    calls: billed ? 1 : 0,
    usd: billed ? (said ?? 0) : 0,
    unpriced: billed && said === null ? 1 : 0,
    tokens: billed ? (job.trainedTokens ?? before.tokens) : 0,
  };
  const same = after.calls === before.calls && after.usd === before.usd && after.tokens === before.tokens;
  if (same && after.unpriced === before.unpriced) return;
  const entry = before.calls === 0 ? 'billed' : 'corrected';
  database
    .statement(ADD)
    .run(
      at,
      call,
      entry,
      projectId,
      providerId,
      job.model,
      after.calls - before.calls,
      quoteUsd,
      after.usd - before.usd,
      after.unpriced - before.unpriced,
      after.tokens - before.tokens,
    );
}
