import type { SQLInputValue } from 'node:sqlite';

/** What stands in a column: objects and lists are kept as JSON, everything else as it is. */
export function column(value: string | number | object | null): SQLInputValue {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
