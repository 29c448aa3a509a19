import type { ChatMessage, ChatRequest, Usage } from '../../domain/chat/types.ts';
import type { Row } from '../../domain/dataset/types.ts';
import type { Cell } from '../../domain/template/types.ts';

/** What a call asks for beside the messages. */
export type CallShape = Omit<ChatRequest, 'messages'>;

/** US$ of a call's usage; null when the price is unknown. */
export type CostOf = (usage: Usage) => number | null;

/** Whom calls ask, how, and at what price. */
export interface Target {
  readonly providerId: string;
  readonly shape: CallShape;
  readonly costOf: CostOf;
}

/** A call to make, before it is known what it may cost. */
export interface UnpricedWork {
  readonly id: string;
  readonly projectId: string;
  readonly target: Target;
  readonly cell: Cell;
  readonly messages: readonly ChatMessage[];
  /** The row under this id from before; null when there is none. */
  readonly old: Row | null;
}

/** One call to make. */
export interface Work extends UnpricedWork {
  /** Tokens by our own count, the answer as long as allowed; null where calls cost nothing and so none are counted. */
  readonly worstUsage: Usage | null;
}

/** What a plan asks for: still to be bought, or there already. */
export type PlannedWork = UnpricedWork | { readonly id: string; readonly reused: true };

export const isReused = (planned: PlannedWork): planned is { readonly id: string; readonly reused: true } =>
  'reused' in planned;

/** A row that failed has no answer, so the next run buys it; every other row is kept as it is. */
export const isBought = (row: Row | null): boolean => row !== null && row.status !== 'failed';

/** What a capped run does when nothing more fits: wait for a higher cap, or end. */
export type WhenCapped = 'wait' | 'end';

export interface BuyingControls {
  /** Running calls finish; no new one starts. */
  pause(): void;
  resume(): void;
  /** US$; null lifts the cap. A run that waits at its cap goes on when the new one allows. */
  setCap(usd: number | null): void;
  setConcurrency(setting: number | 'auto'): void;
}
