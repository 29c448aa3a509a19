import type { SpillStore, UnstoredAnswer } from '../../../src/app/runtime/spending-ports.ts';
import { databaseOver } from '../../../src/services/store/database.ts';
import { migrate } from '../../../src/services/store/migrations.ts';
import { createLedger, type Ledger } from '../../../src/services/store/spending/ledger.ts';

/** A database of no file. */
export const memoryDatabase = () =>
  databaseOver(() => {
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
    const db = new DatabaseSync(':memory:');
    migrate(db, ':memory:');
    return db;
  });

/** The real ledger of a process that shares its database with no other. */
export const memoryLedger = (now: () => number): Ledger => createLedger(memoryDatabase(), { now });

/** What found no room, as another disk would hold it. */
export class MemorySpill<T = UnstoredAnswer> implements SpillStore<T> {
  kept: readonly T[] = [];
  private readonly path: string;

  constructor(path = '/elsewhere/1.jsonl') {
    this.path = path;
  }

  keep(items: readonly T[]): string {
    this.kept = [...this.kept, ...items];
    return this.path;
  }

  giveBack(put: (items: readonly T[]) => void): number {
    const items = this.kept;
    if (items.length > 0) put(items);
    this.kept = [];
    return items.length;
  }
}
