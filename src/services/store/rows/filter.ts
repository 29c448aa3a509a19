import type { SQLInputValue } from 'node:sqlite';
import type { RowFilter, RowSortKey, ScanFilter } from '../../../domain/dataset/types.ts';
import { codeOf, DONE, RATINGS, SPLITS, STATUSES, UNRATED } from './codes.ts';
import { cellKeyOf } from './derived.ts';

export interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** The rows of a project, by its name. */
export const OF_PROJECT = 'project = (SELECT key FROM row_projects WHERE id = ?)';

/** A word by its number, and by the condition of the index that has only such rows. */
const coded = (column: string, code: number, most: number): string =>
  code === most ? `${column} = ${code}` : `${column} = ${code} AND ${column} != ${most}`;

/** The WHERE clause of a filter. Values are always bound, never part of the text. */
export function conditionOf(projectId: string, filter: ScanFilter): Condition {
  const parts: { readonly sql: string; readonly values: readonly SQLInputValue[] }[] = [
    { sql: OF_PROJECT, values: [projectId] },
  ];
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
  if (filter.cell !== undefined) {
    const key = cellKeyOf(filter.cell);
    parts.push({
      sql: `has_cell = ${key === '' ? 0 : 1} AND cell_key = ? AND cell = ?`,
      values: [key, JSON.stringify(filter.cell)],
    });
  }
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
