import type { RowCounts, RowStatus } from './types.ts';

/** What became of rows that hold no usable answer: they wait for a retry. */
export const PROBLEM_STATUSES = ['failed', 'truncated', 'refused', 'empty'] as const satisfies readonly RowStatus[];

/** How many rows hold no usable answer. */
export const problemRows = ({ byStatus }: RowCounts): number =>
  PROBLEM_STATUSES.reduce((sum, status) => sum + byStatus[status], 0);
