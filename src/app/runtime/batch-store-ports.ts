import type { BatchOutcome, BatchRecord } from '../../domain/batches/record.ts';
import type { Usage } from '../../domain/chat/types.ts';
import type { Permission } from '../../domain/pricing/spending.ts';
import type { Cell } from '../../domain/template/types.ts';
import type { SpendingCap } from './spending-ports.ts';

/** A request that is to go into a batch. */
export interface BatchClaim {
  readonly rowId: string;
  readonly cell: Cell;
  /** US$ at most; null when the price is unknown. */
  readonly quotedUsd: number | null;
}

/** What became of a request of a batch: billed, or not. */
export interface BatchEnd {
  readonly rowId: string;
  /** Null where it is not billed. */
  readonly billed: { readonly usage: Usage | null; readonly usd: number | null } | null;
}

/** Batches of all processes that share the data folder, and the rows and the money they hold. */
export interface BatchStore {
  /** Open ones, oldest first; of a project, where one is named. */
  open(projectId?: string): readonly BatchRecord[];
  /** Newest first. */
  list(limit: number): readonly BatchRecord[];
  /** Written anew under its key; one that has ended holds neither rows nor money any more, and what is left of them is not billed. */
  save(record: BatchRecord): void;
  /** Forgets a batch that no provider has heard of. */
  drop(key: string): void;
}

/** The rows of batches: each is in one at most, and under no call. */
export interface BatchRows {
  /**
   * Takes rows into a batch and holds their money back, in one transaction with `isThere`. `noted`: it is in; `call` is the key.
   */
  claim(
    record: BatchRecord,
    claims: readonly BatchClaim[],
    rules: { readonly cap: SpendingCap | null; isThere(index: number): boolean },
  ): readonly Permission[];
  /** Those of these rows that the batch still holds. */
  held(record: BatchRecord, rowIds: readonly string[]): readonly BatchClaim[];
  /** How many rows it still holds. */
  left(record: BatchRecord): number;
  /** Rows of `rowsOf` in open batches. */
  inBatches(rowsOf: string): number;
  /** Books ends, gives their rows free and adds to what came of the batch, in one transaction with `keep`. Gives the record as it is now. */
  settle(
    record: BatchRecord,
    ends: readonly BatchEnd[],
    counts: Pick<BatchOutcome, 'answered' | 'failed' | 'unasked'>,
    keep: () => void,
  ): BatchRecord;
}

/** Who works on a batch: one process at a time, another once that one is dead. */
export interface BatchWorkers {
  /** Whether the caller has it now: no other, of this process or another, does. */
  take(key: string): boolean;
  release(key: string): void;
}

/** The files of requests, in the data folder, from their first line until the provider has the batch. */
export interface BatchFiles {
  /** Adds lines, each with its end; gives the bytes they take. */
  add(key: string, lines: readonly string[]): Promise<number>;
  /** Null where it is gone. */
  read(key: string): { readonly bytes: number; body(): AsyncIterable<Uint8Array> } | null;
  remove(key: string): void;
}
