import type { Usage } from '../chat/types.ts';
import { formatUsd } from '../text/format.ts';

/** What a paid call is made for. */
export type SpendingKind = 'generate' | 'evaluate' | 'judge' | 'chat' | 'test' | 'job' | 'deployment';

/** Each kind as it is called on screens, in the order of a list. */
export const SPENDING_KINDS = {
  generate: 'generated rows',
  evaluate: 'evaluations',
  judge: 'judges',
  chat: 'chat',
  test: 'test calls',
  job: 'training jobs',
  deployment: 'deployments',
} as const satisfies Record<SpendingKind, string>;

/** US$ spent on one kind of work, of these totals. */
export function spentOn(work: CappedWork, totals: readonly SpendingTotal[]): number {
  const kinds: readonly SpendingKind[] = CAPPED_KINDS[work];
  return sumSpending(totals.filter(({ kind }) => kinds.includes(kind))).usd;
}

/** `, capped at $0.01 ($0.0061 left)`, behind what work may cost; nothing where there is no cap. US$. */
export const cappedText = (capUsd: number | null, spentUsd: number): string =>
  capUsd === null ? '' : `, capped at ${formatUsd(capUsd)} (${formatUsd(Math.max(0, capUsd - spentUsd))} left)`;

/** Tokens an answer is taken to have at most where the call sets no bound: what the smaller hosted models give. */
export const UNBOUNDED_ANSWER = 4_096;

/** The work that has a spending cap, and the kinds of calls that count towards it. */
export const CAPPED_KINDS = {
  generation: ['generate'],
  evaluation: ['evaluate', 'judge'],
} as const satisfies Record<string, readonly SpendingKind[]>;

export type CappedWork = keyof typeof CAPPED_KINDS;

/** `, $0.0061 of $0.01 left`, behind what was spent; nothing where there is no cap. US$. */
export const capLeftText = (capUsd: number | null, leftUsd: number | null): string =>
  capUsd === null || leftUsd === null ? '' : `, ${formatUsd(leftUsd)} of ${formatUsd(capUsd)} left`;

/** Of a provider's address, which is a base URL or an id. */
export const hostOf = (address: string): string => URL.parse(address)?.host || address;

/** A call before it is sent: what the ledger holds money back for. */
export interface PaidCall {
  readonly projectId: string;
  readonly kind: SpendingKind;
  readonly providerId: string;
  /** Where the provider is: `api.openai.com`; the id of one whose port changes. */
  readonly host: string;
  readonly model: string;
  readonly operationId: string;
  /** US$ at most; null when the price is unknown. */
  readonly quotedUsd: number | null;
  /** The row it fills, which no other call may fill meanwhile; null when it fills none. */
  readonly row: { readonly projectId: string; readonly id: string } | null;
}

/**
 * Whether a call may be sent: it was noted under this id; or another call fills its row; or a batch at a provider does; or its row is
 * there; or no more may be spent.
 */
export type Permission =
  | { readonly status: 'noted'; readonly call: string }
  | { readonly status: 'held' }
  | { readonly status: 'batched' }
  | { readonly status: 'there' }
  | { readonly status: 'capped' };

/** What became of a call that was sent. What may be billed, though no answer came of it, counts as if it were. */
export type CallEnd =
  | { readonly call: string; readonly outcome: 'billed'; readonly usage: Usage | null; readonly usd: number | null }
  | { readonly call: string; readonly outcome: 'may-be-billed' | 'unbilled' };

/** What was spent on one kind of call to one model. */
export interface SpendingTotal {
  readonly projectId: string;
  /** The project's own name, or the path of the file it is of; the id where neither is known. */
  readonly projectName: string;
  readonly kind: SpendingKind;
  readonly providerId: string;
  readonly host: string;
  readonly model: string;
  readonly calls: number;
  /** US$, without what has no known price. */
  readonly usd: number;
  /** Calls whose price is unknown. */
  readonly unpriced: number;
  /** Calls no answer came of, which may be billed; `usd` holds them at the most they may cost. */
  readonly unsure: number;
  readonly unsureUsd: number;
  /** Calls under way and what they may cost at most; not in `usd` yet. */
  readonly underWay: number;
  readonly underWayUsd: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** The most a call was billed, as a multiple of the most it was taken to cost; at least 1. */
  readonly overbilling: number;
}

/** The most a server billed for a model, as a multiple of what was reckoned with, whatever the project. */
export const overbillingOf = (
  { host, model }: Pick<PaidCall, 'host' | 'model'>,
  totals: readonly SpendingTotal[],
): number =>
  totals.reduce(
    (most, total) => (total.host === host && total.model === model ? Math.max(most, total.overbilling) : most),
    1,
  );

/** The figures of one list of totals together. */
export type SpendingSum = Omit<
  SpendingTotal,
  'projectId' | 'projectName' | 'kind' | 'providerId' | 'host' | 'model' | 'overbilling'
>;

export const NOTHING_SPENT: SpendingSum = {
  calls: 0,
  usd: 0,
  unpriced: 0,
  unsure: 0,
  unsureUsd: 0,
  underWay: 0,
  underWayUsd: 0,
  promptTokens: 0,
  completionTokens: 0,
};

export function sumSpending(totals: readonly SpendingSum[]): SpendingSum {
  return totals.reduce<SpendingSum>(
    (sum, total) => ({
      calls: sum.calls + total.calls,
      usd: sum.usd + total.usd,
      unpriced: sum.unpriced + total.unpriced,
      unsure: sum.unsure + total.unsure,
      unsureUsd: sum.unsureUsd + total.unsureUsd,
      underWay: sum.underWay + total.underWay,
      underWayUsd: sum.underWayUsd + total.underWayUsd,
      promptTokens: sum.promptTokens + total.promptTokens,
      completionTokens: sum.completionTokens + total.completionTokens,
    }),
    NOTHING_SPENT,
  );
}
