import type { ChatMessage, ChatRequest, Usage } from '../../domain/chat/types.ts';
import type { Row } from '../../domain/dataset/types.ts';
import type { Cell } from '../../domain/template/types.ts';
import type { GenerateDetail, OperationHandle } from '../channel/types.ts';

/** One call to make. */
export interface Work {
  readonly id: string;
  readonly projectId: string;
  readonly cell: Cell;
  readonly messages: readonly ChatMessage[];
  /** The row under this id from before; null when there is none. */
  readonly old: Row | null;
  /** US$ at most, the answer as long as allowed; 0 when the price is unknown and so nothing is capped. */
  readonly worstUsd: number;
}

/** What the scheduler asks for beside the messages. */
export type CallShape = Omit<ChatRequest, 'messages'>;

/** US$ of a call's usage; null when the price is unknown. */
export type CostOf = (usage: Usage) => number | null;

/** What a capped run does when nothing more fits: wait for a higher cap, or end. */
export type WhenCapped = 'wait' | 'end';

export interface GenerateControls {
  /** Running calls finish; no new one starts. */
  pause(): void;
  resume(): void;
  /** US$; null lifts the cap. A run that waits at its cap goes on when the new one allows. */
  setCap(usd: number | null): void;
  setConcurrency(setting: number | 'auto'): void;
}

export type GenerateHandle = OperationHandle<GenerateDetail> & GenerateControls;
