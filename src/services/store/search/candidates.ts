import { isDamage } from '../../../domain/text/store-damage.ts';
import type { Database } from '../database.ts';
import type { IndexFile } from './index-file.ts';
import { editsOf, markOf } from './marks.ts';
import { GROUP, groupOf, matchOf } from './trigrams.ts';

/** Numbers of rows from one to another, both among them. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Tries to read both files at one moment, while another process fills the index. */
const TRIES = 3;

/**
 * Where rows with a text can be, which is in lower case, of those from a number on; all of them where no index says it. In their
 * order, without overlap.
 */
export function candidatesOf(rows: Database, index: IndexFile | null, text: string, from: number): readonly Range[] {
  const { last } = markOf(rows);
  const every = [{ from, to: last }];
  const match = matchOf(text);
  if (index === null || match === null) return every;
  for (let tries = 0; tries < TRIES; tries += 1) {
    // Changes are read after the mark: one that comes in between is among them, and does not hurt.
    const mark = markOf(rows);
    if (mark.token === null || mark.indexed_to < from) return every;
    const answer = answerOf(index, match);
    if (answer === null) return every;
    const { state, groups } = answer;
    if (state.token !== mark.token && state.before !== mark.token) continue;
    // What the last step replaced is as it was later than the mark, where that is not noted yet.
    const open = state.token === mark.token ? [] : state.replaced;
    const changed = editsOf(rows, Number.MAX_SAFE_INTEGER).map(({ seq }) => groupOf(seq));
    const rest = { from: Math.max(from, mark.indexed_to + 1), to: last };
    return rangesOf(withMore(groups, [...changed, ...open]), { from, to: mark.indexed_to }, rest);
  }
  return every;
}

/** Null where the index cannot be read: it is taken away where it is damaged. */
function answerOf(index: IndexFile, match: string): ReturnType<IndexFile['groupsOf']> | null {
  try {
    return index.groupsOf(match);
  } catch (error) {
    if (isDamage(error)) index.discard();
    return null;
  }
}

/** Groups in their order, each once. */
const withMore = (groups: Uint32Array, more: readonly number[]): Uint32Array =>
  more.length === 0 ? groups : Uint32Array.from(new Set([...groups, ...more])).sort();

/** Rows of the groups from one number to another, and the rest. */
function rangesOf(groups: Uint32Array, { from, to: last }: Range, rest: Range): readonly Range[] {
  const ranges: { from: number; to: number }[] = [];
  const add = (range: Range): void => {
    const before = ranges.at(-1);
    if (before !== undefined && range.from <= before.to + 1) before.to = Math.max(before.to, range.to);
    else ranges.push({ ...range });
  };
  for (const group of groups) {
    const to = (group + 1) * GROUP - 1;
    if (to >= from && group <= groupOf(last)) add({ from: Math.max(from, group * GROUP), to });
  }
  add(rest);
  return ranges;
}
