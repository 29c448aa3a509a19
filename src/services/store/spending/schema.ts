/** What every entry and every call under way says of the call. */
const CALL = `project_id TEXT NOT NULL, kind TEXT NOT NULL, provider_id TEXT NOT NULL, host TEXT NOT NULL, model TEXT NOT NULL,
  operation_id TEXT NOT NULL`;

const NEVER = (change: 'UPDATE' | 'DELETE'): string => `
CREATE TRIGGER spending_without_${change} BEFORE ${change} ON spending
BEGIN SELECT raise(ABORT, 'The ledger of spending is only ever added to.'); END;`;

/** What rows and predictions of before the ledger cost, a copied row once. A price that is not known stays unknown. */
const CARRIED_ROWS = `
INSERT INTO spending (at, call, entry, project_id, kind, provider_id, host, model, operation_id, calls, usd, unpriced,
  prompt_tokens, completion_tokens, cached_tokens)
SELECT max(updated_at), 'before-' || min(seq), 'carried over',
  CASE WHEN project_id LIKE 'eval:%' THEN substr(project_id, 6) ELSE project_id END,
  CASE WHEN project_id LIKE 'eval:%' THEN 'evaluate' WHEN source = 'chat' THEN 'chat' ELSE 'generate' END,
  '', '', model, '', count(*), total(cost_usd), sum(cost_usd IS NULL),
  total(prompt_tokens), total(completion_tokens), total(cached_tokens)
FROM rows AS made
WHERE source != 'imported' AND (cost_usd > 0 OR cost_usd IS NULL OR prompt_tokens IS NOT NULL) AND NOT EXISTS
  (SELECT 1 FROM rows AS copied WHERE copied.id = made.id AND copied.created_at = made.created_at
    AND copied.completion = made.completion AND copied.seq < made.seq)
GROUP BY project_id, source, model;`;

/** Answers of conversations, but for those that were kept as rows. */
const CARRIED_CHATS = `
INSERT INTO spending (at, call, entry, project_id, kind, provider_id, host, model, operation_id, calls, usd, unpriced,
  prompt_tokens, completion_tokens, cached_tokens)
SELECT 0, 'before-chat-' || min(turns.seq), 'carried over', project_id, 'chat', '', '', reply.value ->> 'model', '',
  count(*), total(reply.value ->> 'costUsd'), sum(reply.value ->> 'costUsd' IS NULL),
  total(reply.value ->> '$.answer.usage.promptTokens'), total(reply.value ->> '$.answer.usage.completionTokens'),
  total(reply.value ->> '$.answer.usage.cachedTokens')
FROM turns, json_each(turns.turn, '$.replies') AS reply
WHERE json_valid(turns.turn) AND reply.value ->> 'status' = 'done' AND reply.value ->> 'model' IS NOT NULL AND NOT EXISTS
  (SELECT 1 FROM rows WHERE rows.project_id = turns.project_id AND rows.source = 'chat'
    AND rows.completion = reply.value ->> 'text' AND rows.model = reply.value ->> 'model')
GROUP BY project_id, reply.value ->> 'model';`;

/** Jobs as they were quoted; one that failed is not billed. */
const CARRIED_JOBS = `
INSERT INTO spending (at, call, entry, project_id, kind, provider_id, host, model, operation_id, calls, quoted_usd, usd, unpriced,
  prompt_tokens, completion_tokens, cached_tokens)
SELECT created_at * 1000, 'job-' || id, 'carried over', project_id, 'job', ifnull(record ->> 'providerId', ''), '',
  ifnull(record ->> '$.job.model', ''), '', 1, record ->> 'quoteUsd', ifnull(record ->> 'quoteUsd', 0),
  record ->> 'quoteUsd' IS NULL, ifnull(record ->> '$.job.trainedTokens', 0), 0, 0
FROM jobs WHERE json_valid(record) AND record ->> '$.job.status' NOT IN ('failed', 'cancelled');`;

/**
 * The ledger of spending. An entry is a call that was billed or may be; a correction is an entry of its own with the
 * difference. `spending_totals` are kept by a trigger, since caps and screens read them at every answer. `calls_under_way`
 * holds back the money of calls that were sent, and with it their rows: no two are under way for one.
 */
export const SPENDING_MIGRATION = `
CREATE TABLE spending (
  seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, call TEXT NOT NULL, entry TEXT NOT NULL, ${CALL},
  calls INTEGER NOT NULL, quoted_usd REAL, usd REAL NOT NULL, unpriced INTEGER NOT NULL,
  unsure INTEGER NOT NULL DEFAULT 0, unsure_usd REAL NOT NULL DEFAULT 0,
  prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL);
CREATE INDEX spending_to_correct ON spending (call) WHERE kind = 'job' OR unsure != 0;

CREATE TABLE spending_totals (
  project_id TEXT NOT NULL, kind TEXT NOT NULL, provider_id TEXT NOT NULL, host TEXT NOT NULL, model TEXT NOT NULL,
  calls INTEGER NOT NULL, usd REAL NOT NULL, unpriced INTEGER NOT NULL, unsure INTEGER NOT NULL, unsure_usd REAL NOT NULL,
  prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL, overbilling REAL NOT NULL,
  PRIMARY KEY (project_id, kind, provider_id, host, model)) WITHOUT ROWID;
CREATE TRIGGER spending_added AFTER INSERT ON spending BEGIN
  INSERT INTO spending_totals VALUES (new.project_id, new.kind, new.provider_id, new.host, new.model, new.calls, new.usd,
    new.unpriced, new.unsure, new.unsure_usd, new.prompt_tokens, new.completion_tokens,
    CASE WHEN new.entry = 'billed' AND new.quoted_usd > 0 THEN max(1, new.usd / new.quoted_usd) ELSE 1 END)
  ON CONFLICT DO UPDATE SET calls = calls + excluded.calls, usd = usd + excluded.usd,
    unpriced = unpriced + excluded.unpriced, unsure = unsure + excluded.unsure, unsure_usd = unsure_usd + excluded.unsure_usd,
    prompt_tokens = prompt_tokens + excluded.prompt_tokens, completion_tokens = completion_tokens + excluded.completion_tokens,
    overbilling = max(overbilling, excluded.overbilling);
END;
${NEVER('UPDATE')}
${NEVER('DELETE')}

CREATE TABLE spending_projects (id TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE processes (
  token TEXT PRIMARY KEY, pid INTEGER NOT NULL, machine TEXT NOT NULL, heartbeat_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE calls_under_way (
  call TEXT PRIMARY KEY, owner TEXT NOT NULL, at INTEGER NOT NULL, ${CALL}, quoted_usd REAL,
  row_project_id TEXT, row_id TEXT) WITHOUT ROWID;
CREATE UNIQUE INDEX rows_under_way ON calls_under_way (row_project_id, row_id) WHERE row_id IS NOT NULL;
CREATE INDEX money_under_way ON calls_under_way (project_id, kind);
${CARRIED_ROWS}${CARRIED_CHATS}${CARRIED_JOBS}
`;
