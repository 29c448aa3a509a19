import type { ChatMessage } from '../chat/types.ts';
import { LineReport } from '../dataset/line/report.ts';
import type { Cell } from '../template/types.ts';
import { nearestName } from '../text/nearest.ts';
import {
  type Additions,
  type ColumnMapping,
  type Converted,
  type ImportMapping,
  isEmpty,
  mapsColumns,
  type TableRow,
  textOf,
} from './records.ts';

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
  const messages = mapsColumns(mapping) ? [system, mapping.user, mapping.assistant] : [system];
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

/** A row of a table as an example, by the mapping. What has no question or no answer is refused by line, with a fix. */
export function mapRow(mapping: ColumnMapping, row: TableRow, line: number): Converted {
  const report = new LineReport(line);
  const names = Object.keys(row);
  for (const name of columnsOfMapping(mapping)) {
    if (Object.hasOwn(row, name)) continue;
    const near = nearestName(name, names);
    const fix = near === null ? `The columns are ${names.join(', ')}.` : `Did you mean ${near}?`;
    report.error('unknown-column', `There is no column ${name}.`, fix);
  }
  const [system, user, completion] = [mapping.system, mapping.user, mapping.assistant].map((part) =>
    renderRow(part, row),
  );
  if (report.findings.length === 0) {
    if (!user?.trim())
      report.error('empty-question', 'The question is empty.', 'Fill the cell, or map another column.');
    if (!completion?.trim())
      report.error('empty-answer', 'The answer is empty.', 'Fill the cell, or leave the row out.');
  }
  if (report.findings.length > 0 || user === undefined || completion === undefined) {
    return { examples: [], findings: report.findings };
  }
  const question: ChatMessage = { role: 'user', content: user };
  const prompt: readonly ChatMessage[] = system?.trim() ? [{ role: 'system', content: system }, question] : [question];
  return { examples: [{ prompt, completion, cell: cellOf(mapping, row), rating: 'unrated' }], findings: [] };
}
