import * as z from 'zod';
import { isRecord } from '../../domain/common/json.ts';
import type { PageQuery } from '../storage/keyset.ts';
import { integer, numberIn, parseRequest } from './parse.ts';

export interface Page<T> {
  readonly object: 'list';
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
}

/**
 * Reads `after`, `limit` and `order` of a list call. `limit` outside 1 to `max` is refused; most lists are newest
 * first unless the call says otherwise.
 */
export function parsePage(
  query: unknown,
  defaultLimit: number,
  max: number,
  defaultOrder: PageQuery['order'] = 'desc',
): PageQuery {
  const schema = z.object({
    after: z.string().optional(),
    limit: integer().min(1).max(max).optional(),
    order: z.enum(['asc', 'desc']).optional(),
  });
  const read = parseRequest(schema, isRecord(query) ? { ...query, limit: numberIn(query.limit) } : query);
  return { after: read.after || null, limit: read.limit ?? defaultLimit, order: read.order ?? defaultOrder };
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
