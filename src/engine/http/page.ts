import * as z from 'zod';
import { isRecord } from '../../domain/common/json.ts';
import type { PageQuery } from '../storage/keyset.ts';
import { integer, parseRequest } from './parse.ts';

export interface Page<T> {
  readonly object: 'list';
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
}

/**
 * Reads `after`, `limit` and `order` of a list call. `limit` outside 1 to `max` is refused; lists are newest
 * first unless `order=asc`.
 */
export function parsePage(query: unknown, defaultLimit: number, max: number): PageQuery {
  const schema = z.object({
    after: z.string().optional(),
    limit: integer().min(1).max(max).optional(),
    order: z.enum(['asc', 'desc']).optional(),
  });
  const read = parseRequest(schema, withNumber(query, 'limit'));
  return { after: read.after || null, limit: read.limit ?? defaultLimit, order: read.order ?? 'desc' };
}

/** A query's values are texts. One that is a number becomes it, and any other is left for the schema to refuse. */
function withNumber(query: unknown, name: string): unknown {
  if (!isRecord(query)) return query;
  const text = query[name];
  if (typeof text !== 'string' || !/^-?\d+(?:\.\d+)?$/.test(text)) return query;
  return { ...query, [name]: Math.min(Number(text), Number.MAX_SAFE_INTEGER) };
}

/**
 * Makes a page out of one row more than the limit: the surplus row only says that there is more.
 */
export function pageOf<R, T extends { readonly id: string }>(
  rows: readonly R[],
  limit: number,
  view: (row: R) => T,
): Page<T> {
  const data = rows.slice(0, limit).map(view);
  return {
    object: 'list',
    data,
    has_more: rows.length > limit,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}
