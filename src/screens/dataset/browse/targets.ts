import type { Row } from '../../../domain/dataset/types.ts';
import { plural } from '../../../domain/text/figures.ts';
import { type Marks, markedCount, markedIds } from './marks.ts';

/** The rows an action is for: those marked, else the one under the cursor. */
export interface Targets {
  readonly count: number;
  /** `this row`, or `12 rows`. */
  readonly words: string;
  /** Whether they are marked ones, so that the marks go when it is done. */
  readonly marked: boolean;
  /** Reads them; for a whole filter that takes its time. */
  ids(): readonly string[];
}

export function targetsOf(marks: Marks, shown: number, current: Row | null, every: () => readonly string[]): Targets {
  const marked = markedCount(marks, shown);
  if (marked === 0) {
    const ids = current === null ? [] : [current.id];
    return { count: ids.length, words: 'this row', marked: false, ids: () => ids };
  }
  const words = plural(marked, 'row');
  return { count: marked, words, marked: true, ids: () => markedIds(marks, every) };
}
