import type { RowQuery } from '../../../domain/dataset/types.ts';
import type { Filled } from './filling.ts';

/** What a search asks for: the rows of a filter with a text, in an order. */
export interface Wanted extends Pick<RowQuery, 'filter' | 'sort'> {
  readonly projectId: string;
}

/** What the thread is handed at its start. */
export interface ThreadData {
  /** Path of the database of rows. */
  readonly path: string;
  /** Path of the index of texts. */
  readonly indexPath: string;
  /** Raised once the thread is to end: one that looks at rows reads no messages. */
  readonly closing: Flag;
  /** Raised while a search waits: what fills the index makes way. */
  readonly wanted: Flag;
}

export interface FindQuestion extends Wanted {
  readonly kind: 'find';
  readonly id: number;
  /** Raised once nobody waits for the answer. */
  readonly dropped: Flag;
}

/** Puts some more rows in the index. */
export interface FillQuestion {
  readonly kind: 'fill';
  readonly id: number;
  /** The step before will not be noted any more. */
  readonly isLost: boolean;
}

export type SearchQuestion = FindQuestion | FillQuestion | { readonly kind: 'close' };

/** Numbers of rows (`seq`): a new row has one more than the highest, so that no disk holds as many as four bytes can say. */
export type Seqs = Uint32Array<ArrayBuffer>;

/** Each question has one reply that is not of the kind `hits`. */
export type SearchReply =
  /** How many rows have the text, of those that were looked at so far. */
  | { readonly kind: 'hits'; readonly id: number; readonly hits: number }
  /** `seq` of every row, in the order that was asked for. */
  | { readonly kind: 'found'; readonly id: number; readonly seqs: Seqs }
  | { readonly kind: 'filled'; readonly id: number; readonly filled: Filled }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };

/** One number that both threads see. */
export type Flag = SharedArrayBuffer;

export const newFlag = (): Flag => new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);

export function raise(flag: Flag, raised = true): void {
  Atomics.store(new Int32Array(flag), 0, raised ? 1 : 0);
}

export const isRaised = (flag: Flag): boolean => Atomics.load(new Int32Array(flag), 0) === 1;
