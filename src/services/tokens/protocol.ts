import type { DatasetReport } from '../../domain/dataset/report.ts';
import type { PriceTable } from '../../domain/pricing/prices.ts';
import type { PackedLooks } from './line-looks.ts';
import type { SharedPairs } from './pair-table.ts';

/** What the main thread asks of the tokenizer's thread. Every request gets one reply of its id. */
export type Request =
  | { readonly id: number; readonly kind: 'count'; readonly model: string; readonly texts: readonly string[] }
  | {
      readonly id: number;
      readonly kind: 'check-file';
      readonly model: string;
      readonly prices: PriceTable;
      readonly path: string;
    }
  /** Of a helper: what is seen of the lines of a block of bytes that both threads share. */
  | {
      readonly id: number;
      readonly kind: 'look';
      readonly model: string;
      readonly pairs: SharedPairs;
      readonly block: ArrayBufferLike;
      readonly length: number;
    };

/** Not answered: the request of this id is no longer wanted. */
export interface Stop {
  readonly kind: 'stop';
  readonly id: number;
}

/** Given while the thread works, so that one that stands still is told from one that takes long. */
export interface Alive {
  readonly kind: 'alive';
}

export type Reply =
  | { readonly id: number; readonly kind: 'counts'; readonly counts: readonly number[] }
  | { readonly id: number; readonly kind: 'report'; readonly report: DatasetReport }
  /** Null for bytes that are no UTF-8. */
  | { readonly id: number; readonly kind: 'looks'; readonly looks: PackedLooks | null }
  | { readonly id: number; readonly kind: 'failed'; readonly message: string };

/** A request without its id, which the owner of the thread gives it. */
export type RequestWithoutId = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never;
