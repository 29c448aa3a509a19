import type { ChatAnswer } from './types.ts';

/** One thing said, and what each model asked answered. */
export interface ChatTurn {
  readonly id: string;
  /** The system message it was asked with; may be empty. */
  readonly system: string;
  readonly user: string;
  /** True when the models were asked this without what was said before it, as in training. */
  readonly alone?: boolean;
  /** One per model asked, in the order of the plan. */
  readonly replies: readonly ChatReply[];
}

export interface ChatReply {
  readonly model: string;
  readonly text: string;
  readonly status: 'streaming' | 'done' | 'stopped' | 'failed';
  readonly answer: ChatAnswer | null;
  /** US$; null when the model's price is unknown. */
  readonly costUsd: number | null;
  readonly error: string | null;
}
