import type { TableValue } from './types.ts';

/** A cell as text: text as it stands, nothing as '', lists and objects as JSON. */
export function textOf(value: TableValue | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export const isEmpty = (value: TableValue | undefined): boolean => textOf(value).trim() === '';

/** Any parsed JSON as a table's value; what JSON cannot hold becomes text. */
export function toValue(value: unknown): TableValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  if (ArrayBuffer.isView(value)) return Array.from(Object.values(value), toValue);
  if (Array.isArray(value)) return value.map(toValue);
  if (typeof value === 'object') return rowOf(value);
  return String(value);
}

/** The members of an object as a row. A key of any name is only data. */
export function rowOf(record: object): { readonly [key: string]: TableValue } {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, toValue(value)]));
}
