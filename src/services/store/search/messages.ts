import type { RowQuery } from '../../../domain/dataset/types.ts';

/** What a search asks for: the rows of a filter with a text, in an order. */
export interface Wanted extends Pick<RowQuery, 'filter' | 'sort'> {
  readonly projectId: string;
}

/** What the thread is handed at its start. */
export interface ThreadData {
  /** Path of the database of rows. */
  readonly path: string;
  /** Raised once the thread is to end: one that looks at rows reads no messages. */
  readonly closing: Flag;
}

export interface FindQuestion extends Wanted {
  readonly kind: 'find';
  readonly id: number;
  /** Raised once nobody waits for the answer. */
  readonly dropped: Flag;
}

export type SearchQuestion = FindQuestion | { readonly kind: 'close' };

/** Numbers of rows (`seq`). */
export type Seqs = Float64Array<ArrayBuffer>;

/** Each question has one reply that is not of the kind `hits`. */
export type SearchReply =
  /** How many rows have the text, of those that were looked at so far. */
  | { readonly kind: 'hits'; readonly id: number; readonly hits: number }
  /** `seq` of every row, in the order that was asked for. */
  | { readonly kind: 'found'; readonly id: number; readonly seqs: Seqs }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };

/** One number that both threads see. */
export type Flag = SharedArrayBuffer;

export const newFlag = (): Flag => new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);

export function raise(flag: Flag): void {
  Atomics.store(new Int32Array(flag), 0, 1);
}

export const isRaised = (flag: Flag): boolean => Atomics.load(new Int32Array(flag), 0) === 1;
