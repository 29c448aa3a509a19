import type { Problem } from '../../domain/text/problem.ts';
import { sanitizeLine } from '../../domain/text/sanitize.ts';
import { layoutText } from '../editing/index.ts';

/** Rows a problem takes at least: what happened, what was saved, what to press next. */
export const PROBLEM_ROWS = 3;
/** Rows it takes at most, however long its sentences are. */
export const MOST_PROBLEM_ROWS = 7;
/** Columns before each row: the sign, and a space. */
const INDENT = 2;
/** Characters of a part that are looked at: servers send pages. */
const ENOUGH = 4_000;

export type Part = 'what' | 'saved' | 'next';

export interface PartRow {
  readonly part: Part;
  readonly first: boolean;
  readonly text: string;
}

const ORDER: readonly Part[] = ['what', 'saved', 'next'];
/** Who gets the spare rows: without the next step the rest is of no help. */
const PRIORITY: readonly Part[] = ['next', 'what', 'saved'];

/** The problem in at most `rows` rows of `width` columns, each part on one at least; a part's last row may be too long. */
export function problemRows(problem: Problem, width: number, rows: number = MOST_PROBLEM_ROWS): readonly PartRow[] {
  const wrapped = {
    what: wrap(problem.what, width),
    saved: wrap(`Saved: ${problem.saved}`, width),
    next: wrap(`Next: ${problem.next}`, width),
  };
  const given = { what: 1, saved: 1, next: 1 };
  let spare = Math.max(0, rows - PROBLEM_ROWS);
  for (const part of PRIORITY) {
    const more = Math.min(spare, wrapped[part].starts.length - 1);
    given[part] += more;
    spare -= more;
  }
  return ORDER.flatMap((part) => {
    const { text, starts } = wrapped[part];
    return starts.slice(0, given[part]).map((start, index) => ({
      part,
      first: index === 0,
      text: text.slice(start, index + 1 < given[part] ? starts[index + 1] : undefined).trimEnd(),
    }));
  });
}

function wrap(raw: string, width: number): { readonly text: string; readonly starts: readonly number[] } {
  const text = sanitizeLine(raw.slice(0, ENOUGH));
  return { text, starts: layoutText(text, Math.max(1, width - INDENT)).map(({ start }) => start) };
}
