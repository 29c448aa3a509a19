import type { ChatTurn } from '../../domain/chat/types.ts';
import type { Row } from '../../domain/dataset/types.ts';
import type { CallEnd, PaidCall, Permission, SpendingKind, SpendingTotal } from '../../domain/pricing/spending.ts';

/** What a project may spend on some kinds of calls, all of its processes together. */
export interface SpendingCap {
  readonly projectId: string;
  readonly kinds: readonly SpendingKind[];
  /** US$; null: no cap. */
  readonly usd: number | null;
}

/** Every paid call of every process, the one truth of what was spent. Nothing in it is ever changed or removed. */
export interface SpendingLedger {
  /**
   * Notes calls before they are sent, in one transaction with `isThere`, which says whether the call's row is there by
   * now. Money is held back for those that may be sent; each must be ended.
   */
  begin(
    calls: readonly PaidCall[],
    rules: { readonly cap: SpendingCap | null; isThere(index: number): boolean },
  ): readonly Permission[];
  /**
   * Books what became of calls, in one transaction with `keep`, which puts what came of them on disk. It is told the calls
   * that were given up for lost, whose rows others may have filled since.
   */
  end(ends: readonly CallEnd[], keep: (lost: ReadonlySet<string>) => void): void;
  /** Ends and beginnings in one transaction; what `work` throws undoes both. */
  atOnce(work: () => void): void;
  totals(projectId?: string): readonly SpendingTotal[];
  /** Rows of `projectId` that calls of other processes are filling. */
  heldElsewhere(projectId: string): number;
  /** Remembers what a project is called. */
  name(projectId: string, name: string): void;
}

/** An answer that was paid for and found no room among the rows, with how its call ended. */
export interface UnstoredAnswer {
  readonly row: Row;
  readonly end: CallEnd;
}

/** A turn of a conversation whose answers were paid for and found no room. */
export interface UnstoredTurn {
  readonly projectId: string;
  readonly turn: ChatTurn;
}

/** Where answers go that the data folder has no room for. */
export interface SpillStore<T = UnstoredAnswer> {
  /** Keeps answers elsewhere on disk and says where; null where nowhere is room, and they are in memory alone. */
  keep(answers: readonly T[]): string | null;
  /** Hands over all that is kept, of other processes too, and forgets it when `put` returns; says how many they were. */
  giveBack(put: (answers: readonly T[]) => void): number;
}
