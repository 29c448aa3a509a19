import * as z from 'zod';
import type { Row, RowFilter, RowQuery, RowSortKey } from '../../../domain/dataset/types.ts';
import type { Database } from '../database.ts';
import { DONE, UNRATED } from './codes.ts';
import { type Condition, conditionOf, isTallied } from './filter.ts';
import type { RowReader } from './reading.ts';

/** Offset from which it pays to know the total. */
const FAR = 10_000;

/** A part of an order: rows of a condition, and what they are sorted by before their creation. */
interface Part {
  readonly where: string;
  readonly keys: readonly string[];
}

/**
 * Orders as the parts that each have an index: most rows have nothing to be sorted by, and are in the order they were made. Keys of
 * the parts compare, so that SQLite merges them as it reads.
 */
const ORDERS: Readonly<Record<RowSortKey, readonly Part[]>> = {
  created: [{ where: '', keys: [] }],
  length: [{ where: '', keys: ['length_class', 'length'] }],
  cell: [
    { where: 'has_cell = 0', keys: ['has_cell', 'has_cell'] },
    { where: 'has_cell = 1', keys: ['has_cell', 'cell_key'] },
  ],
  tokens: [
    { where: 'has_tokens = 0', keys: ['has_tokens', 'has_tokens'] },
    { where: 'has_tokens = 1', keys: ['has_tokens', 'completion_tokens'] },
  ],
  status: [
    { where: `status = ${DONE}`, keys: ['status'] },
    { where: `status != ${DONE}`, keys: ['status'] },
  ],
  rating: [
    { where: `rating = ${UNRATED}`, keys: ['rating'] },
    { where: `rating != ${UNRATED}`, keys: ['rating'] },
  ],
};

/** Rows of one status or rating are in no other order than that of their creation. */
function partsOf(key: RowSortKey, { status, rating }: RowFilter): readonly Part[] {
  const isAlike = (key === 'status' && status !== undefined) || (key === 'rating' && rating !== undefined);
  return ORDERS[isAlike ? 'created' : key];
}

/** Places of rows of a filter in an order. `after` is one more condition, `cut` what ends the statement. */
export function inOrderOf(
  projectId: string,
  { filter, sort }: Pick<RowQuery, 'filter' | 'sort'>,
  { after = '', cut = '' } = {},
): Condition {
  const where = conditionOf(projectId, filter);
  const parts = partsOf(sort.key, filter);
  const keys = [...(parts[0]?.keys ?? []).keys()].map((n) => `key${n}`);
  const order = [...keys, 'created_at', 'seq'].map((name) => `${name} ${sort.descending ? 'DESC' : 'ASC'}`);
  const selects = parts.map((part) => {
    const columns = [...part.keys.map((key, n) => `${key} AS key${n}`), 'created_at', 'seq'];
    const conditions = [where.sql, part.where, after].filter((condition) => condition !== '');
    return `SELECT ${columns.join(', ')} FROM rows WHERE ${conditions.join(' AND ')}`;
  });
  return {
    sql: `SELECT seq FROM (${selects.join(' UNION ALL ')} ORDER BY ${order.join(', ')} ${cut})`,
    values: parts.flatMap(() => where.values),
  };
}

/** Windows of a sorted list of rows. */
export function createWindows(database: Database, reader: RowReader) {
  /** The window is found in an index first; only its own rows are then read whole, in the order they were found in. */
  function window(projectId: string, query: RowQuery, after = ''): readonly Row[] {
    const { sql, values } = inOrderOf(projectId, query, { after, cut: 'LIMIT ? OFFSET ?' });
    const found = database.statement(sql).all(...values, query.limit, query.offset);
    const seqs = found.map(({ seq }) => Number(seq));
    return reader.at(projectId, seqs).filter((row) => row !== null);
  }

  /** Whole classes of lengths that lie before the window are counted and not sorted. */
  function byLength(projectId: string, query: RowQuery): readonly Row[] {
    const { filter, sort } = query;
    let { offset } = query;
    const where = conditionOf(projectId, filter);
    const sql = `SELECT length_class, sum(rows) AS rows FROM tallies WHERE ${where.sql}
      GROUP BY length_class ORDER BY length_class ${sort.descending ? 'DESC' : 'ASC'}`;
    const classes = z.array(classSchema).parse(database.statement(sql).all(...where.values));
    for (const { length_class: place, rows } of classes) {
      const after = `length_class ${sort.descending ? '<=' : '>='} ${place}`;
      if (offset < rows) return window(projectId, { ...query, offset }, after);
      offset -= rows;
    }
    return [];
  }

  return (projectId: string, query: RowQuery, total: () => number): readonly Row[] => {
    const { filter, sort, offset } = query;
    if (!isTallied(filter)) return window(projectId, query);
    if (sort.key === 'length') return byLength(projectId, query);
    if (offset < FAR) return window(projectId, query);
    // SQLite walks to an offset entry by entry, so what is nearer the end is reached from there.
    const all = total();
    if (offset < all / 2) return window(projectId, query);
    const limit = Math.min(query.limit, all - offset);
    if (limit <= 0) return [];
    const turned = { key: sort.key, descending: !sort.descending };
    return window(projectId, { filter, sort: turned, offset: all - offset - limit, limit }).toReversed();
  };
}

const classSchema = z.object({ length_class: z.number(), rows: z.number() });
