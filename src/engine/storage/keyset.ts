import type { SQLInputValue, StatementSync } from 'node:sqlite';

/** Which rows of a list are wanted. */
export interface PageQuery {
  /** Id of the row before the first; null for the beginning of the list. */
  readonly after: string | null;
  readonly limit: number;
  readonly order: 'asc' | 'desc';
}

/** A page is wanted after a row that is not in the list: a mistake of the caller, not an empty page. */
export class UnknownCursor extends Error {
  constructor(after: string) {
    super(`there is no '${after.slice(0, 80)}' in this list.`);
    this.name = 'UnknownCursor';
  }
}

/** Where a page begins among rows that are ordered by `seq`, as parts of a query. */
export interface Keyset {
  /** `seq` of the row the page comes after; null for the first page. */
  readonly seq: SQLInputValue;
  /** True of rows behind the cursor; names the parameter `:seq`. */
  readonly where: string;
  readonly orderBy: string;
}

/** `cursor` selects `seq` of the row that `page.after` names, with `scope` for what the list is of. Throws where there is none. */
export function keysetOf(page: PageQuery, cursor: StatementSync, ...scope: readonly SQLInputValue[]): Keyset {
  const from = page.after === null ? null : cursor.get(page.after, ...scope);
  if (page.after !== null && from === undefined) throw new UnknownCursor(page.after);
  const [sign, direction] = page.order === 'asc' ? ['>', 'ASC'] : ['<', 'DESC'];
  return { seq: from?.seq ?? null, where: `(:seq IS NULL OR seq ${sign} :seq)`, orderBy: `seq ${direction}` };
}
