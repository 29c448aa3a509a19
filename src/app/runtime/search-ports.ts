import type { Row, RowQuery } from '../../domain/dataset/types.ts';
import type { CallOptions } from './ports.ts';

/** Rows that a search found, in the order that was asked for. */
export interface FoundRows {
  readonly total: number;
  /** The rows of these places, as they are now; null where one is gone. */
  window(offset: number, limit: number): readonly (Row | null)[];
  /** Ids of all that are still there, in their order. */
  ids(): readonly string[];
}

export type SearchQuery = Pick<RowQuery, 'filter' | 'sort'>;

/** Rows of a filter with a text, looked for while the caller does something else. */
export interface RowSearch {
  /** `onHits` is told now and then how many rows have the text, of those that were looked at so far. */
  find(
    projectId: string,
    query: SearchQuery,
    options?: CallOptions & { readonly onHits?: (hits: number) => void },
  ): Promise<FoundRows>;
  /** Rows came or changed, or may have: what it finds them by is brought up to date in a while. */
  rowsChanged(): void;
}
