import type { ColumnInfo, TableRow, TableValue } from './types.ts';
import { isEmpty, textOf } from './value.ts';

/** Distinct values told of a column. */
const VALUES_TOLD = 100;
const YES_NO = new Set(['yes', 'no', 'true', 'false']);

/** Counts columns row by row, so that a table of any size passes through. */
export class ColumnCounter {
  #rows = 0;
  readonly #columns = new Map<string, { types: Map<string, number>; filled: number; values: Map<string, number> }>();

  push(row: TableRow): void {
    this.#rows += 1;
    for (const [name, value] of Object.entries(row)) {
      const column = this.#columns.get(name) ?? { types: new Map(), filled: 0, values: new Map() };
      this.#columns.set(name, column);
      if (isEmpty(value)) continue;
      column.filled += 1;
      bump(column.types, typeOf(value));
      // One more than is told is enough to know that there are more.
      const text = textOf(value);
      if (column.values.size <= VALUES_TOLD || column.values.has(text)) bump(column.values, text);
    }
  }

  columns(): readonly ColumnInfo[] {
    return Array.from(this.#columns, ([name, { types, filled, values }]) => ({
      name,
      type: together([...types.keys()]),
      empty: this.#rows - filled,
      values: values.size > VALUES_TOLD ? null : ranked(values),
    }));
  }
}

function typeOf(value: TableValue): string {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'object' && value !== null) return 'object';
  if (typeof value === 'boolean') return 'yes/no';
  const text = textOf(value).trim();
  if (/^[-+]?\d{1,15}$/.test(text)) return 'integer';
  if (/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text)) return 'number';
  return YES_NO.has(text.toLowerCase()) ? 'yes/no' : 'text';
}

function together(types: readonly string[]): string {
  const [only] = types;
  if (only === undefined) return 'empty';
  if (types.length === 1) return only;
  if (types.every((type) => type === 'integer' || type === 'number')) return 'number';
  // A word among texts, or a number among texts, is text too; a list among texts is something else.
  return types.some((type) => type === 'list' || type === 'object') ? 'mixed' : 'text';
}

function ranked(values: ReadonlyMap<string, number>): readonly { readonly value: string; readonly count: number }[] {
  return Array.from(values, ([value, count]) => ({ value, count })).toSorted((a, b) => b.count - a.count);
}

function bump(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
