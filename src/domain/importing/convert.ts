import { isRecord, parseExactJson } from '../common/json.ts';
import type { LegacyConvention } from '../dataset/legacy-pairs.ts';
import { emptyColumns, mapRow } from './mapping.ts';
import {
  type ColumnMapping,
  type Converted,
  type ExamplePreview,
  rowOf,
  type SourceRecord,
  type TableRow,
  textOf,
} from './records.ts';
import { convertLine, shapeEntry, shapeOf } from './shapes.ts';

/** A record as examples: by the mapping, or without one as the shape it has. Never throws. */
export function convertRecord(
  record: SourceRecord,
  mapping: ColumnMapping | null,
  convention: LegacyConvention | null = null,
): Converted {
  if (record.kind === 'finding') return { examples: [], findings: [record.finding] };
  const row = tableRowOf(record);
  // A record that is no JSON object is reported as a faulty chat line.
  if (row === null) return convertLine(record.kind === 'text' ? record.text : '', record.line);
  if (mapping !== null) return mapRow(mapping, row, record.line);
  return shapeEntry(shapeOf(row)).convert(row, record.line, record.kind === 'text' ? record.text : null, convention);
}

/** The record as a table's row; null when it is none. */
export function tableRowOf(record: SourceRecord): TableRow | null {
  if (record.kind === 'row') return record.row;
  if (record.kind === 'finding') return null;
  const value = parseExactJson(record.text);
  return isRecord(value) ? rowOf(value) : null;
}

/** A record as it would become a row under the mapping, or why it would not. */
export function previewExample(
  record: SourceRecord,
  mapping: ColumnMapping | null,
  convention: LegacyConvention | null = null,
): ExamplePreview {
  const { examples, findings } = convertRecord(record, mapping, convention);
  const [example] = examples;
  const row = tableRowOf(record) ?? {};
  const cell = (name: string | null | undefined): string | null => (name ? textOf(row[name]) : null);
  return {
    line: record.kind === 'finding' ? record.finding.line : record.line,
    messages: example === undefined ? null : [...example.prompt, { role: 'assistant', content: example.completion }],
    label: cell(mapping?.label),
    group: cell(mapping?.group),
    empty: mapping === null ? [] : emptyColumns(mapping, row),
    findings,
  };
}
