import type { TableRow } from './types.ts';
import { isEmpty, textOf } from './value.ts';

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
