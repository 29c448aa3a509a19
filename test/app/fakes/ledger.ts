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

/** Answers that found no room, as another disk would hold them. */
export class MemorySpill implements SpillStore {
  kept: readonly UnstoredAnswer[] = [];

  keep(answers: readonly UnstoredAnswer[]): string {
    this.kept = [...this.kept, ...answers];
    return '/elsewhere/1.jsonl';
  }

  giveBack(put: (answers: readonly UnstoredAnswer[]) => void): number {
    const answers = this.kept;
    if (answers.length > 0) put(answers);
    this.kept = [];
    return answers.length;
  }
}
