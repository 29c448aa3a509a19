import * as z from 'zod';
import { costSoFar } from '../../../domain/deployment/billing.ts';
import type { DeploymentRecord } from '../../../domain/deployment/types.ts';
import { hostOf } from '../../../domain/pricing/spending.ts';
import type { Database } from '../database.ts';

const bookedSchema = z.object({ calls: z.number(), usd: z.number(), unpriced: z.number() });
const BOOKED = `SELECT ifnull(sum(calls), 0) AS calls, total(usd) AS usd, ifnull(sum(unpriced), 0) AS unpriced
  FROM spending WHERE call = ? AND kind = 'deployment'`;
const ADD = `INSERT INTO spending (at, call, entry, project_id, kind, provider_id, host, model, operation_id, calls, quoted_usd,
  usd, unpriced, prompt_tokens, completion_tokens, cached_tokens)
  VALUES (?, ?, ?, ?, 'deployment', ?, ?, ?, '', ?, NULL, ?, ?, 0, 0, 0)`;

/** Less than this share of an hour's price waits for the next look: an entry for each would fill the ledger. */
const LEAST_SHARE = 0.05;

/** Books what the hours of a deployment cost beyond what is booked of them; one of unknown price counts as one call of unknown price. */
export function bookDeployment(database: Database, record: DeploymentRecord, at: number): void {
  const { key, projectId, providerId, address, order, usdPerHour, billedMs, billedSince } = record;
  if (billedMs === 0 && billedSince === null) return;
  const call = `deployment-${key}`;
  const before = bookedSchema.parse(database.statement(BOOKED).get(call));
  const usd = (costSoFar(record, at) ?? 0) - before.usd;
  const first = before.calls === 0;
  const enough = usd > 0 && (billedSince === null || usd >= LEAST_SHARE * (usdPerHour ?? 0));
  if (!first && !enough) return;
  const unpriced = first && usdPerHour === null ? 1 : 0;
  database
    .statement(ADD)
    .run(at, call, 'billed', projectId, providerId, hostOf(address), order.tunedModel, first ? 1 : 0, usd, unpriced);
}
