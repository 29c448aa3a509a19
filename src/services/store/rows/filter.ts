import type { SQLInputValue } from 'node:sqlite';
import type { RowFilter, RowSortKey, ScanFilter } from '../../../domain/dataset/types.ts';
import type { Cell } from '../../../domain/template/types.ts';
import { codeOf, DONE, RATINGS, SPLITS, STATUSES, UNRATED } from './codes.ts';
import { cellKeyOf } from './derived.ts';
import { HEAD_BYTES, isHash } from './layout.ts';

export interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** The rows of a project, by its name. */
export const OF_PROJECT = 'project = (SELECT key FROM row_projects WHERE id = ?)';

/** A word by its number, and by the condition of the index that has only such rows. */
const coded = (column: string, code: number, most: number): string =>
  code === most ? `${column} = ${code}` : `${column} = ${code} AND ${column} != ${most}`;

/** As SQLite has a text that is bound to a statement. */
const bound = (texts: readonly string[]): string => JSON.stringify(texts.map((text) => text.toWellFormed()));

/** The places of rows by their heads, which are bound as a list; `head` is one of it, as it lies. */
const placesBy = (head: string): string =>
  ['row_heads', 'row_heads_new']
    .map((table) => `SELECT seq FROM json_each(?) CROSS JOIN ${table} ON head = ${head}`)
    .join(' UNION ALL ');

const OF_IDS = `seq IN (${placesBy('unhex(value)')} UNION ALL ${placesBy('value')})
  AND id IN (SELECT unhex(value) FROM json_each(?) UNION ALL SELECT value FROM json_each(?))`;

/** Rows that are found one by one, however many a project has. */
function ofIds(ids: readonly string[]): Condition {
  const hashes = ids.filter(isHash);
  const others = bound(ids.filter((id) => !isHash(id)));
  const heads = JSON.stringify(hashes.map((id) => id.slice(0, 2 * HEAD_BYTES)));
  return { sql: OF_IDS, values: [heads, heads, others, others, JSON.stringify(hashes), others] };
}

/** Rows that are found by an index, but where a combination has no values: there is none of those. */
function ofCells(projectId: string, cells: readonly Cell[]): Condition {
  const keys = cells.map(cellKeyOf);
  const these: Condition = {
    sql: 'cell IN (SELECT value FROM json_each(?))',
    values: [JSON.stringify(cells.map((cell) => JSON.stringify(cell)))],
  };
  if (keys.includes('')) return these;
  return {
    sql: `seq IN (SELECT keyed.seq FROM json_each(?) CROSS JOIN rows AS keyed
      ON keyed.has_cell = 1 AND keyed.${OF_PROJECT} AND keyed.cell_key = value) AND ${these.sql}`,
    values: [bound(keys), projectId, ...these.values],
  };
}

/** The WHERE clause of a filter. Values are always bound, never part of the text. */
export function conditionOf(projectId: string, filter: ScanFilter): Condition {
  // The plus keeps SQLite from looking through all rows of the project instead.
  const isFound = filter.ids !== undefined || filter.cells !== undefined;
  const parts: Condition[] = [{ sql: isFound ? `+${OF_PROJECT}` : OF_PROJECT, values: [projectId] }];
  if (filter.ids !== undefined) parts.push(ofIds(filter.ids));
  if (filter.cells !== undefined) parts.push(ofCells(projectId, filter.cells));
  if (filter.status !== undefined)
    parts.push({ sql: coded('status', codeOf(STATUSES, filter.status), DONE), values: [] });
  if (filter.rating !== undefined)
    parts.push({ sql: coded('rating', codeOf(RATINGS, filter.rating), UNRATED), values: [] });
  if (filter.edited !== undefined) parts.push({ sql: 'edited = ?', values: [filter.edited ? 1 : 0] });
  if (filter.flag !== undefined)
    parts.push({
      sql: 'has_flag(?, source, cell, status, edited, seq, completion) = 1',
      values: [filter.flag],
    });
  if (filter.split === null) parts.push({ sql: 'split IS NULL', values: [] });
  else if (filter.split !== undefined)
    parts.push({ sql: `split = ${codeOf(SPLITS, filter.split)} AND split IS NOT NULL`, values: [] });
  if (filter.slot !== undefined)
    parts.push({
      sql: 'json_extract(cell, ?) = ?',
      values: [`$.${JSON.stringify(filter.slot.name)}`, filter.slot.value],
    });
  if (filter.text !== undefined && filter.text !== '')
    parts.push({ sql: 'has_text(?, cell, seq, prompt, completion) = 1', values: [filter.text.toLowerCase()] });
  return { sql: parts.map((part) => part.sql).join(' AND '), values: parts.flatMap((part) => part.values) };
}

const SORTED_BY: Readonly<Record<RowSortKey, string>> = {
  created: 'created_at',
  cell: 'cell_key',
  tokens: 'completion_tokens',
  status: 'status',
  rating: 'rating',
  length: 'length',
};

/** The ORDER BY clause of few rows; rows alike are in the order they were made. `windows.ts` has that of many. */
export function orderOf(sort: { readonly key: RowSortKey; readonly descending: boolean }): string {
  const direction = sort.descending ? 'DESC' : 'ASC';
  return [SORTED_BY[sort.key], 'created_at', 'seq'].map((key) => `${key} ${direction}`).join(', ');
}

/** Whether tallies alone can count the filter. */
export function isTallied(filter: RowFilter): boolean {
  const { slot, split, flag, text } = filter;
  return slot === undefined && split === undefined && flag === undefined && (text === undefined || text === '');
}
