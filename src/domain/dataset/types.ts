import type { ChatMessage, FinishReason, Usage } from '../chat/types.ts';
import type { Cell } from '../template/types.ts';

/** What became of the teacher's answer. Truncated, refused and empty answers are kept and can be retried. */
export type RowStatus = 'done' | 'truncated' | 'refused' | 'empty' | 'failed';

export type Rating = 'accepted' | 'rejected' | 'unrated';

/** The side of the split a row was put on; it stays there. Null: not on any yet. */
export type RowSplit = 'train' | 'validation' | null;

export type RowSource = 'generated' | 'chat' | 'imported';

/** An example with its history. */
export interface Row {
  /** SHA-256 (hex) of the request that made it: model, messages, parameters and cell. */
  readonly id: string;
  readonly projectId: string;
  readonly source: RowSource;
  /** Empty for rows that no template made. */
  readonly cell: Cell;
  /**
   * The messages before the answer. Null means "as the template says": the system and student prompts
   * rendered with `cell`, so that rewording the student prompt costs nothing.
   */
  readonly prompt: readonly ChatMessage[] | null;
  readonly completion: string;
  /** The chat line it is, as JSON text, where that is more than texts: prompt and completion are what is shown of it. */
  readonly whole?: string;
  /** What the model thought before it answered; no part of the completion. Absent when there is nothing. */
  readonly thoughts?: string | undefined;
  readonly status: RowStatus;
  readonly rating: Rating;
  readonly edited: boolean;
  readonly split: RowSplit;
  readonly model: string;
  readonly finishReason: FinishReason | null;
  readonly usage: Usage | null;
  /** US$; null when the model's price is unknown. */
  readonly costUsd: number | null;
  /** Milliseconds from sending to the whole answer, without waits before; absent where nothing was timed. */
  readonly latencyMs?: number | undefined;
  /** Why it failed; null when it did not. */
  readonly error: string | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** One training line in chat form. */
export interface ChatExample {
  readonly messages: readonly ChatMessage[];
  /** The line as it stands, where the messages do not say it all. */
  readonly whole?: string | undefined;
}

/** What a person should look at in a row; the rules are `FLAG_RULES`. */
export type RowFlag = 'edited' | 'failed' | 'truncated' | 'refused' | 'empty' | 'missing-slot-value';

export type FilterFlag = Exclude<RowFlag, 'edited' | 'failed'> | 'any';

export interface RowFilter {
  /** Case-insensitive substring of cell values, prompt or completion. */
  readonly text?: string;
  readonly status?: RowStatus;
  readonly rating?: Rating;
  readonly edited?: boolean;
  /** Keep rows with this flag; `any`: with one that says something is wrong. */
  readonly flag?: FilterFlag;
  readonly split?: RowSplit;
  /** Keep rows whose slot holds this value. */
  readonly slot?: { readonly name: string; readonly value: string };
}

/** What rows are read through by, beside what a person filters by. */
export interface ScanFilter extends RowFilter {
  /** Keep rows of one of these combinations, the slots of each in this order. */
  readonly cells?: readonly Cell[];
  /** Keep rows of these identities. */
  readonly ids?: readonly string[];
}

export type RowSortKey = 'created' | 'cell' | 'tokens' | 'status' | 'rating' | 'length';

export interface RowQuery {
  readonly filter: RowFilter;
  readonly sort: { readonly key: RowSortKey; readonly descending: boolean };
  readonly offset: number;
  readonly limit: number;
}

export interface RowCounts {
  readonly total: number;
  readonly byStatus: Readonly<Record<RowStatus, number>>;
  readonly byRating: Readonly<Record<Rating, number>>;
  readonly costUsd: number;
  /** Rows whose cost is unknown, so `costUsd` leaves them out. */
  readonly unpriced: number;
}

/** Something wrong in a training file. `line` counts from 1. */
export interface DatasetFinding {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly line: number;
  readonly message: string;
  readonly fix: string;
  /** Of a finding that is made of many lines: how many, and the first 1,000 of them. */
  readonly count?: number;
  readonly lines?: readonly number[];
}

/** What became of rows that hold no usable answer: they wait for a retry. */
export const PROBLEM_STATUSES = ['failed', 'truncated', 'refused', 'empty'] as const satisfies readonly RowStatus[];

/** How many rows hold no usable answer. */
export const problemRows = ({ byStatus }: RowCounts): number =>
  PROBLEM_STATUSES.reduce((sum, status) => sum + byStatus[status], 0);
