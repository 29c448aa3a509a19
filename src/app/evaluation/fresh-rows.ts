import type { Row } from '../../domain/dataset/types.ts';
import type { RowStore } from '../runtime/ports.ts';
import { isFailedCall } from './questions.ts';

/** The rows of a store, those that a run has just written to it without reading them back. */
export interface FreshRows extends Pick<RowStore, 'get'> {
  /** Rows that are in the store now. */
  stored(rows: readonly Row[]): void;
}

/**
 * Reading thousands of answers back and checking each takes longer than grading them. Kept are answers alone, which no run asks for
 * again: a failed call may be filled by another process before the end.
 */
export function freshRows(store: Pick<RowStore, 'get'>): FreshRows {
  const fresh = new Map<string, Row>();
  return {
    stored(rows) {
      for (const row of rows) if (!isFailedCall(row) && isReadAsWritten(row)) fresh.set(row.id, row);
    },
    get(projectId, id) {
      const row = fresh.get(id);
      return row?.projectId === projectId ? row : store.get(projectId, id);
    },
  };
}

/** Half a surrogate pair is no UTF-8: the database reads back another character. */
const isReadAsWritten = ({ completion, thoughts = '', error }: Row): boolean =>
  [completion, thoughts, error ?? ''].every((text) => text.isWellFormed());
