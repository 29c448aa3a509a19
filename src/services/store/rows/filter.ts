import type { SQLInputValue } from 'node:sqlite';
import type { RowFilter, RowSortKey, ScanFilter } from '../../../domain/dataset/types.ts';
import { cellKeyOf } from './record.ts';

interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** The WHERE clause of a filter. Values are always bound, never part of the text. */
export function conditionOf(projectId: string, filter: ScanFilter): Condition {
  const parts: { readonly sql: string; readonly values: readonly SQLInputValue[] }[] = [
    { sql: 'project_id = ?', values: [projectId] },
  ];
  if (filter.status !== undefined) parts.push({ sql: 'status = ?', values: [filter.status] });
  if (filter.rating !== undefined) parts.push({ sql: 'rating = ?', values: [filter.rating] });
  if (filter.edited !== undefined) parts.push({ sql: 'edited = ?', values: [filter.edited ? 1 : 0] });
  if (filter.flag !== undefined)
    parts.push({ sql: 'has_flag(?, source, cell, completion, status, edited) = 1', values: [filter.flag] });
  if (filter.split !== undefined) parts.push({ sql: 'split IS ?', values: [filter.split] });
  if (filter.cell !== undefined)
    parts.push({ sql: 'cell_key = ? AND cell = ?', values: [cellKeyOf(filter.cell), JSON.stringify(filter.cell)] });
  if (filter.slot !== undefined)
    parts.push({
      sql: 'json_extract(cell, ?) = ?',
      values: [`$.${JSON.stringify(filter.slot.name)}`, filter.slot.value],
    });
  if (filter.text !== undefined && filter.text !== '')
    parts.push({ sql: 'instr(search, ?) > 0', values: [filter.text.toLowerCase()] });
  return { sql: parts.map((part) => part.sql).join(' AND '), values: parts.flatMap((part) => part.values) };
}

const FILTER_COLUMNS: Readonly<Record<RowSortKey, string>> = {
  created: 'created_at',
  cell: 'cell_key',
  tokens: 'completion_tokens',
  status: 'status',
  rating: 'rating',
  length: 'length',
};

/** The ORDER BY clause; rows alike are in the order they were made, so that windows never overlap. */
export function orderOf(sort: { readonly key: RowSortKey; readonly descending: boolean }): string {
  const direction = sort.descending ? 'DESC' : 'ASC';
  const keys = sort.key === 'created' ? ['created_at', 'seq'] : [FILTER_COLUMNS[sort.key], 'created_at', 'seq'];
  return keys.map((key) => `${key} ${direction}`).join(', ');
}

/** Whether tallies alone can count the filter. */
export function isTallied(filter: RowFilter): boolean {
  const { slot, split, flag, text } = filter;
  return slot === undefined && split === undefined && flag === undefined && (text === undefined || text === '');
}
