import * as z from 'zod';
import type { CallEnd, PaidCall, Permission, SpendingTotal } from '../../../domain/pricing/spending.ts';
import { SPENDING_KINDS } from '../../../domain/pricing/spending.ts';
import type { Database } from '../database.ts';
import { areBatched, type Cap, countedUsd, EPSILON_USD, isBatched, isHeld } from './claims.ts';
import { isDead, type OwnProcess, ownProcess } from './processes.ts';

interface Rules {
  readonly cap: Cap | null;
  isThere(index: number): boolean;
}

export interface Ledger {
  begin(calls: readonly PaidCall[], rules: Rules): readonly Permission[];
  end(ends: readonly CallEnd[], keep: (lost: ReadonlySet<string>) => void): void;
  atOnce(work: () => void): void;
  totals(projectId?: string): readonly SpendingTotal[];
  heldElsewhere(projectId: string): number;
  name(projectId: string, name: string): void;
  /** Stops saying that this process lives. */
  close(): void;
}

export interface LedgerOptions {
  readonly now?: () => number;
  readonly self?: OwnProcess;
  /** Throws where there is no room for what calls will bring. */
  readonly checkRoom?: () => void;
}

/** While calls are under way this process says that often that it lives. */
const HEARTBEAT_MS = 2_000;
/** Dead processes are looked for at most this often. */
const SWEEP_MS = 1_000;

const BEAT = `INSERT INTO processes VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET heartbeat_at = excluded.heartbeat_at`;
/** A row that another call is filling is not taken: nothing is inserted. */
const TAKE = `INSERT OR IGNORE INTO calls_under_way VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const ENTRY = `INSERT INTO spending (at, call, entry, project_id, kind, provider_id, host, model, operation_id, calls,
  quoted_usd, usd, unpriced, unsure, unsure_usd, prompt_tokens, completion_tokens, cached_tokens)`;
const CALL_COLUMNS = 'project_id, kind, provider_id, host, model, operation_id';
const BILLED = `${ENTRY} SELECT ?, call, 'billed', ${CALL_COLUMNS}, 1, quoted_usd, ifnull(coalesce(?, quoted_usd), 0),
  coalesce(?, quoted_usd) IS NULL, 0, 0, ?, ?, ? FROM calls_under_way WHERE call = ? AND owner = ?`;
const MAY_BE_BILLED = `${ENTRY} SELECT ?, call, 'may be billed', ${CALL_COLUMNS}, 1, quoted_usd, ifnull(quoted_usd, 0),
  quoted_usd IS NULL, 1, ifnull(quoted_usd, 0), 0, 0, 0 FROM calls_under_way`;
/** Of a call that was given up for lost and came after all: what it really cost in place of the most it could. */
const CORRECT_UNSURE = `${ENTRY} SELECT ?, call, 'corrected', ${CALL_COLUMNS}, ?, quoted_usd, ? - usd, ? - unpriced, -1, -unsure_usd,
  ?, ?, ? FROM spending AS old WHERE call = ? AND unsure > 0
  AND NOT EXISTS (SELECT 1 FROM spending WHERE call = old.call AND unsure < 0)`;

/** Every paid call of every process that shares the database. */
export function createLedger(database: Database, options: LedgerOptions = {}): Ledger {
  const now = options.now ?? Date.now;
  const self = options.self ?? ownProcess();
  let begun = 0;
  let underWay = 0;
  let beatAt = Number.NEGATIVE_INFINITY;
  let sweptAt = Number.NEGATIVE_INFINITY;
  let heart: NodeJS.Timeout | null = null;

  function beat(): void {
    beatAt = now();
    database.statement(BEAT).run(self.token, self.pid, self.machine, beatAt);
  }

  function keepBeating(): void {
    if (now() - beatAt >= HEARTBEAT_MS / 2) beat();
    // A beat that cannot be written is made up for by the next; a full disk must not end the process from a timer.
    heart ??= setInterval(() => {
      try {
        beat();
      } catch {}
    }, HEARTBEAT_MS).unref();
  }

  function rest(): void {
    if (heart !== null) clearInterval(heart);
    heart = null;
  }

  /** What dead processes had under way may be billed, and is theirs no longer. */
  function sweep(): void {
    if (now() - sweptAt < SWEEP_MS) return;
    sweptAt = now();
    const known = processesSchema.parse(database.statement('SELECT * FROM processes').all());
    for (const { token, heartbeat_at: heartbeatAt, ...rest } of known) {
      if (!isDead({ token, heartbeatAt, ...rest }, self, now())) continue;
      database.statement(`${MAY_BE_BILLED} WHERE owner = ?`).run(now(), token);
      database.statement('DELETE FROM calls_under_way WHERE owner = ?').run(token);
      database.statement('DELETE FROM processes WHERE token = ?').run(token);
    }
  }

  function take(call: PaidCall): string | null {
    const id = `${self.token}-${begun}`;
    const { projectId, kind, providerId, host, model, operationId, quotedUsd, row } = call;
    const made = database
      .statement(TAKE)
      .run(
        id,
        self.token,
        now(),
        projectId,
        kind,
        providerId,
        host,
        model,
        operationId,
        quotedUsd,
        row?.projectId ?? null,
        row?.id ?? null,
      );
    if (made.changes === 0) return null;
    begun += 1;
    return id;
  }

  /** Which of the calls of one turn may be sent, one after the other. */
  function deciding({ cap, counted, isThere }: Rules & { readonly counted: number }) {
    const most = cap?.usd ?? Number.POSITIVE_INFINITY;
    const anyBatched = areBatched(database);
    let usd = counted;
    return (call: PaidCall, index: number): Permission => {
      if (isThere(index)) return { status: 'there' };
      if (anyBatched && isBatched(database, call.row)) return { status: 'batched' };
      const quotedUsd = call.quotedUsd ?? 0;
      if (usd + quotedUsd > most + EPSILON_USD) return { status: isHeld(database, call.row) ? 'held' : 'capped' };
      const id = take(call);
      if (id === null) return { status: 'held' };
      usd += quotedUsd;
      return { status: 'noted', call: id };
    };
  }

  return {
    begin(calls, { cap, isThere }) {
      options.checkRoom?.();
      const permissions = database.transaction(() => {
        keepBeating();
        sweep();
        const counted = cap === null || cap.usd === null ? 0 : countedUsd(database, cap);
        const decide = deciding({ cap, counted, isThere });
        return calls.map(decide);
      });
      underWay += permissions.filter(({ status }) => status === 'noted').length;
      if (underWay === 0) rest();
      return permissions;
    },
    end(ends, keep) {
      database.transaction(() => {
        const lost = ends.filter((end) => !book(database, self, now(), end));
        keep(new Set(lost.map(({ call }) => call)));
      });
      underWay -= ends.filter(({ call }) => call.startsWith(`${self.token}-`)).length;
      if (underWay <= 0) rest();
    },
    atOnce: (work) => database.transaction(work),
    totals: (projectId) => readTotals(database, projectId),
    heldElsewhere: (projectId) =>
      countSchema.parse(
        database
          .statement('SELECT count(*) AS n FROM calls_under_way WHERE row_project_id = ? AND owner != ?')
          .get(projectId, self.token),
      ).n,
    name: (projectId, name) => {
      database
        .statement('INSERT INTO spending_projects VALUES (?, ?) ON CONFLICT DO UPDATE SET name = excluded.name')
        .run(projectId, name);
    },
    close: rest,
  };
}

const processesSchema = z.array(
  z.object({ token: z.string(), pid: z.number(), machine: z.string(), heartbeat_at: z.number() }),
);
const countSchema = z.object({ n: z.number() });

/** False for a call that was given up for lost. */
function book(database: Database, self: OwnProcess, at: number, end: CallEnd): boolean {
  const usage = end.outcome === 'billed' ? end.usage : null;
  const usd = end.outcome === 'billed' ? end.usd : null;
  const tokens = [usage?.promptTokens ?? 0, usage?.completionTokens ?? 0, usage?.cachedTokens ?? 0] as const;
  if (end.outcome === 'billed') database.statement(BILLED).run(at, usd, usd, ...tokens, end.call, self.token);
  else if (end.outcome === 'may-be-billed') {
    database.statement(`${MAY_BE_BILLED} WHERE call = ? AND owner = ?`).run(at, end.call, self.token);
  }
  const own = database.statement('DELETE FROM calls_under_way WHERE call = ? AND owner = ?').run(end.call, self.token);
  if (own.changes > 0) return true;
  if (end.outcome === 'may-be-billed') return false;
  const [calls, cost, unpriced] = end.outcome === 'unbilled' ? [-1, 0, 0] : [0, usd ?? 0, usd === null ? 1 : 0];
  database.statement(CORRECT_UNSURE).run(at, calls, cost, unpriced, ...tokens, end.call);
  return false;
}

const totalSchema = z.object({
  project_id: z.string(),
  name: z.string().nullable(),
  kind: z.enum(['generate', 'evaluate', 'judge', 'chat', 'test', 'job', 'deployment']),
  provider_id: z.string(),
  host: z.string(),
  model: z.string(),
  calls: z.number(),
  usd: z.number(),
  unpriced: z.number(),
  unsure: z.number(),
  unsure_usd: z.number(),
  under_way: z.number(),
  under_way_usd: z.number(),
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  overbilling: z.number(),
});

const KEY = 'project_id, kind, provider_id, host, model';

/** Calls under way may be the first of their kind, so both tables have a say in which lines there are. */
const totalsSql = (where: string): string => `
SELECT ${KEY}, (SELECT name FROM spending_projects WHERE id = project_id) AS name, sum(calls) AS calls, total(usd) AS usd,
  sum(unpriced) AS unpriced, sum(unsure) AS unsure, total(unsure_usd) AS unsure_usd, sum(under_way) AS under_way,
  total(under_way_usd) AS under_way_usd, sum(prompt_tokens) AS prompt_tokens, sum(completion_tokens) AS completion_tokens,
  max(overbilling) AS overbilling
FROM (
  SELECT ${KEY}, calls, usd, unpriced, unsure, unsure_usd, 0 AS under_way, 0 AS under_way_usd, prompt_tokens, completion_tokens,
    overbilling
  FROM spending_totals ${where}
  UNION ALL
  SELECT ${KEY}, 0, 0, 0, 0, 0, 1, ifnull(quoted_usd, 0), 0, 0, 1 FROM calls_under_way ${where})
GROUP BY ${KEY} ORDER BY project_id, kind, usd DESC`;

function readTotals(database: Database, projectId: string | undefined): readonly SpendingTotal[] {
  const found =
    projectId === undefined
      ? database.statement(totalsSql('')).all()
      : database.statement(totalsSql('WHERE project_id = ?')).all(projectId, projectId);
  const kinds = Object.keys(SPENDING_KINDS);
  return found
    .map((record) => totalSchema.parse(record))
    .toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind))
    .map((total) => ({
      projectId: total.project_id,
      projectName: total.name ?? total.project_id,
      kind: total.kind,
      providerId: total.provider_id,
      host: total.host,
      model: total.model,
      calls: total.calls,
      // What was corrected down to nothing leaves the rounding of its sum.
      usd: Math.max(0, total.usd),
      unpriced: total.unpriced,
      unsure: total.unsure,
      unsureUsd: Math.max(0, total.unsure_usd),
      underWay: total.under_way,
      underWayUsd: total.under_way_usd,
      promptTokens: total.prompt_tokens,
      completionTokens: total.completion_tokens,
      overbilling: total.overbilling,
    }));
}
