import { convertRecord, tableRowOf } from './convert.ts';
import { emptyColumns } from './mapping.ts';
import type { ColumnMapping, ExamplePreview, SourceRecord } from './types.ts';
import { textOf } from './value.ts';

/** A record as it would become a row under the mapping, or why it would not. */
export function previewExample(record: SourceRecord, mapping: ColumnMapping | null): ExamplePreview {
  const { examples, findings } = convertRecord(record, mapping);
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
