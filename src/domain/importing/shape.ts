import type { RecordShape, TableRow, TableValue } from './types.ts';

const isText = (value: TableValue | undefined): boolean => typeof value === 'string';
const has = (row: TableRow, name: string): boolean => Object.hasOwn(row, name);

/** What a record already is, by its keys. A table is what is none of the known forms. */
export function shapeOf(row: TableRow): RecordShape {
  if (Array.isArray(row.messages)) return 'chat';
  if (Array.isArray(row.conversations)) return 'sharegpt';
  if ((has(row, 'preferred_output') && has(row, 'input')) || (has(row, 'chosen') && has(row, 'rejected'))) return 'dpo';
  if (isText(row.instruction) && isText(row.output)) return 'alpaca';
  if (isText(row.prompt) && isText(row.completion)) return 'prompt-completion';
  return 'table';
}

/** What most of the records are; a table when there are none. */
export function shapeOfMost(rows: readonly TableRow[]): RecordShape {
  const counts = new Map<RecordShape, number>();
  for (const row of rows) counts.set(shapeOf(row), (counts.get(shapeOf(row)) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? 'table';
}
