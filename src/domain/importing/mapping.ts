import type { Cell } from '../template/types.ts';
import { type Additions, type ImportMapping, isEmpty, mapsColumns, type TableRow, textOf } from './records.ts';

const TOKEN = /\{\{|\}\}|\{([^{}\n]+)\}/g;

/** The columns that a template names, each once. */
export function columnsOf(template: string): readonly string[] {
  const names = [...template.matchAll(TOKEN)].flatMap((match) => (match[1] === undefined ? [] : [match[1].trim()]));
  return [...new Set(names)];
}

/**
 * A template with a row's cells in their places. `{{` and `}}` are braces; a column's name may hold anything but braces
 * and line ends. White space that an empty cell leaves at either end is taken away.
 */
export function renderRow(template: string, row: TableRow): string {
  let gap = false;
  const text = template.replace(TOKEN, (token: string, content: string | undefined) => {
    if (content === undefined) return token.slice(0, 1);
    const value = Object.hasOwn(row, content.trim()) ? row[content.trim()] : undefined;
    if (isEmpty(value)) gap = true;
    return textOf(value);
  });
  return gap ? text.trim() : text;
}

/** Every column that a mapping names, each once. */
export function columnsOfMapping(mapping: ImportMapping): readonly string[] {
  const { system, label, group } = mapping;
  const messages = mapsColumns(mapping) ? [system, mapping.user, mapping.assistant, mapping.rejected ?? ''] : [system];
  const chosen = [label, group].filter((name) => name !== null);
  return [...new Set([...messages.flatMap(columnsOf), ...chosen])];
}

/** Label and group of a row, under the names of their columns. */
export const cellOf = ({ label, group }: Additions, row: TableRow): Cell =>
  Object.fromEntries([label, group].flatMap((name) => (name === null ? [] : [[name, textOf(row[name])]])));

/** Columns of the mapping that are empty in this row. */
export function emptyColumns(mapping: ImportMapping, row: TableRow): readonly string[] {
  return columnsOfMapping(mapping).filter((name) => isEmpty(row[name]));
}
