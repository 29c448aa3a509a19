import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { isDamage } from '../../../domain/text/store-damage.ts';

type Found = Record<string, SQLOutputValue>;

/** What is read of a table: its records, and how many numbers of records at most lie where nothing can be read. */
export interface AroundDamage {
  readonly records: Iterable<Found>;
  lost(): number;
}

/** Larger than any table of ours. */
const LAST_ROWID = 2 ** 40;

/** A tree whose damaged pages lead back to earlier ones: read on, it has no end. */
class OutOfOrder extends Error {}

const isUnreadable = (error: unknown): boolean => error instanceof OutOfOrder || isDamage(error);

function rowidAfter(last: number, record: Found): number {
  const rowid = Number(record['rowid*']);
  if (rowid <= last) throw new OutOfOrder();
  return rowid;
}

/** The records of a table that has row ids, in their order; where reading fails, from the next id on that can be read. */
export function readByRowid(db: DatabaseSync, table: string, columns: readonly string[]): AroundDamage {
  const after = db.prepare(
    `SELECT rowid AS "rowid*", ${columns.join(', ')} FROM ${table} NOT INDEXED WHERE rowid > ? ORDER BY rowid`,
  );
  let lost = 0;

  function* records(): Generator<Found> {
    let last = 0;
    for (;;) {
      try {
        for (const record of after.iterate(last)) {
          last = rowidAfter(last, record);
          yield record;
        }
        return;
      } catch (error) {
        if (!isUnreadable(error)) throw error;
      }
      const next = nextReadable(after, last);
      lost += next === null ? 1 : next.rowid - last - 1;
      if (next === null) return;
      last = next.after;
    }
  }
  return { records: records(), lost: () => lost };
}

/** The first id after `last` from which on can be read, and after which it stands: ever larger steps, then halves. */
function nextReadable(
  after: ReturnType<DatabaseSync['prepare']>,
  last: number,
): { readonly rowid: number; readonly after: number } | null {
  const read = (from: number): number | null | 'damage' => {
    try {
      const found = after.get(from);
      return found === undefined ? null : rowidAfter(from, found);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      return 'damage';
    }
  };
  let damaged = last;
  for (let step = 1; last + step < LAST_ROWID; step *= 2) {
    const found = read(last + step);
    if (found === 'damage') {
      damaged = last + step;
      continue;
    }
    let readable = last + step;
    while (readable - damaged > 1) {
      const middle = Math.floor((readable + damaged) / 2);
      if (read(middle) === 'damage') damaged = middle;
      else readable = middle;
    }
    const rowid = read(readable);
    return typeof rowid === 'number' ? { rowid, after: readable } : null;
  }
  return null;
}

/** The records of a table without row ids, from its start and from its end, as far as each can be read. */
export function readByKey(
  db: DatabaseSync,
  table: string,
  columns: readonly string[],
  key: readonly string[],
): AroundDamage {
  let lost = 0;
  function* records(): Generator<Found> {
    for (const direction of ['ASC', 'DESC']) {
      const order = key.map((name) => `${name} ${direction}`).join(', ');
      try {
        yield* db.prepare(`SELECT ${columns.join(', ')} FROM ${table} ORDER BY ${order}`).iterate();
        return;
      } catch (error) {
        if (!isDamage(error)) throw error;
        lost = 1;
      }
    }
  }
  return { records: records(), lost: () => lost };
}
