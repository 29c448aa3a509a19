import { randomUUID } from 'node:crypto';
import type { Database } from '../database.ts';
import type { IndexFile } from './index-file.ts';
import { editsOf, type Mark, markOf, type Step } from './marks.ts';
import { searchTexts } from './texts.ts';
import { documentOf, GROUP, groupOf } from './trigrams.ts';

/** What became of a step: `open` while the step before is not noted yet, by this process or another. */
export type Filled = Step | 'nothing' | 'open';

/** Changed rows that a step takes in at most. */
const EDITS = 500;
/** Groups read at a time. */
const READ = 64;
/** A step is over after this; a search that comes waits no longer. */
const STEP_MS = 200;

export interface FillOptions {
  /** The step before will not be noted any more: whoever made it is gone. */
  readonly isLost: boolean;
  /** Ends the step early. */
  readonly isWanted: () => boolean;
}

/** Puts some more rows in the index; what is put in counts once the step is noted (`noteStep`). */
export function fillIndex(rows: Database, index: IndexFile, { isLost, isWanted }: FillOptions): Filled {
  return index.write(() => {
    const mark = markOf(rows);
    const begun = beginningOf(mark, index, isLost);
    if (begun === null) return 'open';
    const edits = editsOf(rows, EDITS);
    const changed = [...edits.map(({ seq }) => groupOf(seq)), ...begun.redone];
    const replaced = [...new Set(changed)].filter((group) => group <= groupOf(begun.indexedTo));
    const upTo = groupOf(mark.last + 1) - 1;
    const first = groupOf(begun.indexedTo + 1);
    if (replaced.length === 0 && edits.length === 0 && first > upTo) return 'nothing';
    for (const group of replaced) putGroups(rows, index, group, group);
    let next = first;
    const until = performance.now() + STEP_MS;
    while (next <= upTo && performance.now() < until && !isWanted()) {
      const last = Math.min(upTo, next + READ - 1);
      putGroups(rows, index, next, last);
      next = last + 1;
    }
    const token = randomUUID();
    index.setState({ token, before: begun.isNew ? null : mark.token, replaced });
    return { before: mark.token, token, indexedTo: next * GROUP - 1, edit: edits.at(-1)?.edit ?? 0 };
  });
}

interface Beginning {
  readonly indexedTo: number;
  /** Groups that the last step put in as they were later than the rows are now said to be. */
  readonly redone: readonly number[];
  /** Nothing of what the rows' mark says of the index holds any more. */
  readonly isNew: boolean;
}

/** Where a step begins; null while the one before is open. An index that is of other rows is emptied. */
function beginningOf(mark: Mark, index: IndexFile, isLost: boolean): Beginning | null {
  const state = index.state();
  if (mark.token !== null && mark.token === state.token)
    return { indexedTo: mark.indexed_to, redone: [], isNew: false };
  if (mark.token !== null && mark.token === state.before)
    return isLost ? { indexedTo: mark.indexed_to, redone: state.replaced, isNew: false } : null;
  index.empty();
  return { indexedTo: -1, redone: [], isNew: true };
}

/** Puts groups in from one to another, each as its rows are now. */
function putGroups(rows: Database, index: IndexFile, from: number, to: number): void {
  const texts = new Map<number, string[]>();
  const whole = { from: from * GROUP, to: (to + 1) * GROUP - 1, projectId: null };
  for (const { seq, text } of searchTexts(rows, whole)) {
    texts.set(groupOf(seq), [...(texts.get(groupOf(seq)) ?? []), text]);
  }
  for (let group = from; group <= to; group += 1) {
    const found = texts.get(group);
    if (found === undefined) index.remove(group);
    else index.put(group, documentOf(found));
  }
}
