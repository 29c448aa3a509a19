import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Row } from '../../../src/domain/dataset/types.ts';
import { databaseOver } from '../../../src/services/store/database.ts';
import { createRows } from '../../../src/services/store/rows/rows.ts';
import { luthier, records } from '../../cli/support/cli.ts';
import type { Promises } from '../verdict.ts';

/** US$ for an answer of `gpt-4o-mini` as the counting server bills it: 20 tokens in, 50 out. */
export const PER_CALL = (20 * 0.15 + 50 * 0.6) / 1e6;
export const MODEL = 'gpt-4o-mini';

/** What `look` sees in a copy of the database, so that looking mends nothing. Null when there is none yet. */
export function inCopy<T>(home: string, look: (database: DatabaseSync) => T): T | null {
  const path = join(home, 'luthier.db');
  if (!existsSync(path)) return null;
  const folder = mkdtempSync(join(tmpdir(), 'luthier-torture-copy-'));
  try {
    for (const name of ['luthier.db', 'luthier.db-wal']) {
      if (existsSync(join(home, name))) cpSync(join(home, name), join(folder, name));
    }
    const database = new DatabaseSync(join(folder, 'luthier.db'));
    try {
      return look(database);
    } finally {
      database.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every row in the store, of whatever project. */
export const storedIn = (home: string): readonly Row[] =>
  inCopy(home, (database) => {
    const hasRows = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'packs'").get() !== undefined;
    return hasRows ? [...createRows(databaseOver(() => database)).every()] : [];
  }) ?? [];

/** Every answer in the store, as it came. */
export const answersIn = (home: string): readonly string[] =>
  storedIn(home).flatMap(({ completion }) => (completion === '' ? [] : [completion]));

export interface Books {
  readonly calls: number;
  readonly usd: number;
  readonly unsure: number;
  readonly unsureUsd: number;
  readonly underWay: number;
}

/** The sum of `luthier spending`. */
export async function booksOf(home: string): Promise<Books> {
  const { stdout, stderr } = await luthier(['spending', '--json'], { home });
  const total = records(stdout).findLast(({ event }) => event === 'total');
  if (total === undefined) throw new Error(`no total of spending: ${stderr}`);
  const of = (name: string): number => Number(total[name]);
  return {
    calls: of('calls'),
    usd: of('usd'),
    unsure: of('unsure'),
    unsureUsd: of('unsureUsd'),
    underWay: of('underWay'),
  };
}

export interface Bought {
  /** Answers in the store, each paid for once for sure. */
  readonly rows: number;
  /** Calls the server was asked. */
  readonly asked: number;
  /** Calls that killed processes had under way at most. */
  readonly underWay: number;
}

/** The ledger has every call the server was asked, and for sure what the store holds, to the dollar. */
export async function checkBooks(home: string, { rows, asked, underWay }: Bought, { hold }: Promises): Promise<void> {
  const books = await booksOf(home);
  const sure = books.calls - books.unsure;
  hold(books.underWay === 0, `${books.underWay} calls are said to be under way when all is done`);
  hold(books.calls >= asked, `${books.calls} calls in the ledger, ${asked} at the server`);
  hold(books.calls <= asked + underWay, `${books.calls} calls in the ledger, ${asked} at the server`);
  hold(sure === rows, `${sure} calls are billed for sure, for ${rows} rows`);
  hold(Math.abs(books.usd - books.unsureUsd - sure * PER_CALL) < 1e-9, `$${books.usd} in the ledger`);
  hold(books.usd >= asked * PER_CALL - 1e-9, `$${books.usd} in the ledger, $${asked * PER_CALL} billed`);
}
