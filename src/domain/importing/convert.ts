import type { ChatMessage } from '../chat/types.ts';
import { isRecord, parseJson } from '../common/json.ts';
import { readImportLine } from '../dataset/example-lines.ts';
import { LineReport } from '../dataset/line/report.ts';
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
import { messagesOf, readPreference, shapeOf } from './shapes.ts';

/** What a line of a chat file may hold; other columns of a table stay behind. */
const CHAT_KEYS = ['messages', 'tools', 'functions', 'parallel_tool_calls'];

/** A record as examples: by the mapping, or without one as the shape it has. Never throws. */
export function convertRecord(record: SourceRecord, mapping: ColumnMapping | null): Converted {
  if (record.kind === 'finding') return { examples: [], findings: [record.finding] };
  const row = tableRowOf(record);
  // What is no JSON object is told as a chat line's fault is.
  if (row === null) return fromLine(record.kind === 'text' ? record.text : '', record.line);
  if (mapping !== null) return mapRow(mapping, row, record.line);
  return fromShape(row, record);
}

/** The record as a table's row; null when it is none. */
export function tableRowOf(record: SourceRecord): TableRow | null {
  if (record.kind === 'row') return record.row;
  if (record.kind === 'finding') return null;
  const value = parseJson(record.text);
  return isRecord(value) ? rowOf(value) : null;
}

function fromShape(row: TableRow, record: Exclude<SourceRecord, { kind: 'finding' }>): Converted {
  const { line } = record;
  switch (shapeOf(row)) {
    case 'chat':
      return fromLine(record.kind === 'text' ? record.text : chatText(row), line);
    case 'prompt-completion':
    case 'table':
      return fromLine(record.kind === 'text' ? record.text : JSON.stringify(row), line);
    case 'sharegpt': {
      const messages = messagesOf(row.conversations);
      if (messages === null)
        return refused(line, 'conversations', 'Write from (human, gpt, system) and value in each.');
      const system = textOf(row.system);
      const before =
        system === '' || messages[0]?.role === 'system' ? [] : [{ role: 'system' as const, content: system }];
      return fromMessages([...before, ...messages], line);
    }
    case 'alpaca': {
      const user = [row.instruction, row.input].map(textOf).filter((part) => part.trim() !== '');
      const system = textOf(row.system);
      return fromMessages(
        [
          ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
          { role: 'user', content: user.join('\n\n') },
          { role: 'assistant', content: textOf(row.output) },
        ],
        line,
      );
    }
    case 'dpo': {
      const pair = readPreference(row);
      if (pair === null)
        return refused(line, 'the preference pair', 'Write input, preferred_output and non_preferred_output.');
      const { prompt, preferred, other } = pair;
      const checked = fromMessages([...prompt, { role: 'assistant', content: preferred }], line);
      if (checked.examples.length === 0) return checked;
      return {
        examples: [
          { prompt, completion: preferred, cell: {}, rating: 'accepted' },
          { prompt, completion: other, cell: {}, rating: 'rejected' },
        ],
        findings: checked.findings,
      };
    }
  }
}

/** Columns as one line of a chat file; what is null was only not there. */
function chatText(row: TableRow): string {
  const kept = Object.fromEntries(CHAT_KEYS.flatMap((key) => (Object.hasOwn(row, key) ? [[key, row[key]]] : [])));
  return JSON.stringify(kept, (_, value: unknown) => (value === null ? undefined : value));
}

const fromMessages = (messages: readonly ChatMessage[], line: number): Converted =>
  fromLine(JSON.stringify({ messages }), line);

function fromLine(text: string, line: number): Converted {
  const { example, findings } = readImportLine(text, line);
  return { examples: example === null ? [] : [{ ...example, cell: {}, rating: 'unrated' }], findings };
}

function refused(line: number, what: string, fix: string): Converted {
  const report = new LineReport(line);
  report.error('unreadable-record', `${what} cannot be read.`, fix);
  return { examples: [], findings: report.findings };
}

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
