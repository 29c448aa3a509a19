import { useEffect, useState } from 'react';
import { DuplicateFinder, type DuplicateGroup } from '../../../domain/dataset/duplicates.ts';
import type { Row } from '../../../domain/dataset/types.ts';
import { useWorkbench } from '../../../state/context.tsx';

const PAGE = 100;

export interface Looking {
  /** Null until every row has been looked at. */
  readonly groups: readonly DuplicateGroup[] | null;
  /** 0 to 1. */
  readonly fraction: number;
}

const NOT_YET: Looking = { groups: null, fraction: 0 };

/**
 * Looks at every row but the rejected, a page at a time, with room for keys in between. Rows are compared by what is
 * asked and answered; the system message, which most share, is left out. Another `round` looks again.
 */
export function useDuplicates(round: number): Looking {
  const { rows, dataset } = useWorkbench();
  const [looking, setLooking] = useState(NOT_YET);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round reads the same rows again
  useEffect(() => {
    const finder = new DuplicateFinder();
    const total = rows.count({});
    let next: NodeJS.Immediate | null = null;
    setLooking(NOT_YET);
    const textOf = (row: Row): string =>
      dataset
        .messages(row)
        .flatMap(({ role, content }) => (role === 'system' ? [] : [content]))
        .join('\n');
    const read = (offset: number): void => {
      const page = rows.window({ filter: {}, sort: { key: 'created', descending: false }, offset, limit: PAGE });
      for (const row of page) if (row.rating !== 'rejected') finder.add(row.id, textOf(row));
      const end = page.length < PAGE;
      const fraction = total === 0 ? 1 : Math.min(1, (offset + page.length) / total);
      setLooking({ groups: end ? finder.groups() : null, fraction });
      next = end ? null : setImmediate(read, offset + PAGE);
    };
    next = setImmediate(read, 0);
    return () => {
      if (next !== null) clearImmediate(next);
    };
  }, [rows, dataset, round]);
  return looking;
}
