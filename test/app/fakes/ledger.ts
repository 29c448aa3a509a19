import type { BatchParts } from '../../../src/app/core/deps.ts';
import type { BatchFiles } from '../../../src/app/runtime/batch-store-ports.ts';
import type { SpillStore, UnstoredAnswer } from '../../../src/app/runtime/spending-ports.ts';
import { createBatchParts } from '../../../src/services/store/batches/parts.ts';
import { type Database, databaseOver } from '../../../src/services/store/database.ts';
import { migrate } from '../../../src/services/store/migrations.ts';
import { addRowFunctions } from '../../../src/services/store/rows/functions.ts';
import { createLedger, type Ledger } from '../../../src/services/store/spending/ledger.ts';

/** A database of no file. */
export const memoryDatabase = () =>
  databaseOver(() => {
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
    const db = new DatabaseSync(':memory:');
    addRowFunctions(db);
    migrate(db, ':memory:');
    return db;
  });

/** The real ledger of a process that shares its database with no other. */
export const memoryLedger = (now: () => number, database: Database = memoryDatabase()): Ledger =>
  createLedger(database, { now });

/** The real batches of a home that has none, and no disk. */
export const memoryBatches = (database: Database = memoryDatabase()): BatchParts => ({
  ...createBatchParts(database, { home: '/nowhere' }),
  files: memoryRequestFiles(),
});

/** Requests of batches, in memory. */
function memoryRequestFiles(): BatchFiles {
  const files = new Map<string, Buffer>();
  return {
    async add(key, lines) {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      files.set(key, Buffer.concat([files.get(key) ?? Buffer.alloc(0), bytes]));
      return bytes.byteLength;
    },
    read(key) {
      const file = files.get(key);
      if (file === undefined) return null;
      return {
        bytes: file.byteLength,
        async *body() {
          yield file;
        },
      };
    },
    remove: (key) => {
      files.delete(key);
    },
  };
}

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
