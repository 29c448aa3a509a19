import { useEffect, useState } from 'react';
import type { RowFilter } from '../../../domain/dataset/types.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import { addToTally, newTally, type Tally } from './tally.ts';

const PAGE = 500;

export interface Counting {
  /** Null until every row has been counted. */
  readonly tally: Tally | null;
  /** 0 to 1. */
  readonly fraction: number;
}

const NOT_YET: Counting = { tally: null, fraction: 0 };

/** Counts the rows of the filter a page at a time, with room for keys in between. Another `round` counts again. */
export function useTally(filter: RowFilter, round: number): Counting {
  const { rows } = useWorkbench();
  const slots = useAppState((state) => state.project.template.slots);
  const [counting, setCounting] = useState(NOT_YET);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round reads the same rows again
  useEffect(() => {
    const tally = newTally(slots);
    const total = rows.count(filter);
    let next: NodeJS.Immediate | null = null;
    setCounting(NOT_YET);
    const read = (offset: number): void => {
      const page = rows.window({ filter, sort: { key: 'created', descending: false }, offset, limit: PAGE });
      addToTally(tally, page);
      const end = page.length < PAGE;
      setCounting({ tally: end ? tally : null, fraction: total === 0 ? 1 : Math.min(1, tally.rows / total) });
      next = end ? null : setImmediate(read, offset + PAGE);
    };
    next = setImmediate(read, 0);
    return () => {
      if (next !== null) clearImmediate(next);
    };
  }, [rows, slots, filter, round]);
  return counting;
}
