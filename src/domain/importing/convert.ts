import { isRecord, parseExactJson } from '../common/json.ts';
import type { LegacyConvention } from '../dataset/legacy-pairs.ts';
import { repeatedKeyFindings } from '../dataset/line/chat.ts';
import { LineReport } from '../dataset/line/report.ts';
import type { DatasetFinding } from '../dataset/types.ts';
import { withSystemMessage } from '../dataset/whole-lines.ts';
import { mapRow } from './map-row.ts';
import { cellOf, columnsOfMapping, emptyColumns, renderRow } from './mapping.ts';
import {
  type Additions,
  type CellFault,
  type Converted,
  type ExamplePreview,
  type ImportedExample,
  type ImportMapping,
  mapsColumns,
  NO_ADDITIONS,
  rowOf,
  type SourceRecord,
  type TableRow,
  textOf,
} from './records.ts';
import { convertLine, type RecordShape, shapeEntry, shapeOf } from './shapes.ts';
import { withTurns } from './turns.ts';

/** What became of a record. */
export interface ConvertedRecord extends Converted {
  /** The record as columns; null when it is none. */
  readonly row: TableRow | null;
  readonly keptSystem: boolean;
}

/** A record as examples: by the mapping of its columns, else as the shape it has, with what is added. Never throws. */
export function convertRecord(
  record: SourceRecord,
  mapping: ImportMapping | null,
  convention: LegacyConvention | null = null,
): ConvertedRecord {
  if (record.kind === 'finding') return { examples: [], findings: [record.finding], row: null, keptSystem: false };
  const given = rowOfRecord(record);
  const text = record.kind === 'text' ? record.text : null;
  if (given === 'too-deep') return { ...tooDeep(record.line), row: null, keptSystem: false };
  // A record that is no JSON object is reported as a faulty chat line.
  if (given === null) return { ...noRecord(convertLine(text ?? '', record.line)), row: given, keptSystem: false };
  const row = withTurns(given);
  const repeated = text === null ? [] : repeatedKeyFindings(text, record.line);
  if (repeated.length > 0) return { examples: [], findings: repeated, row, keptSystem: false };
  const findings = record.kind === 'row' ? faultsNeeded(record.faults ?? [], row, mapping, record.line) : [];
  if (findings.length > 0) return { examples: [], findings, row, keptSystem: false };
  if (mapsColumns(mapping)) return { keptSystem: false, ...mapRow(mapping, row, record.line), row };
  const asWritten = row === given ? text : null;
  const shape = shapeOf(row);
  if (isTurnedDown(shape, row, mapping)) return { ...turnedDown(record.line), row, keptSystem: false };
  const converted = shapeEntry(shape).convert(row, record.line, asWritten, convention);
  return { ...withAdditions(converted, mapping ?? NO_ADDITIONS, row), row };
}

/** TRL's unpaired preferences (KTO): a prompt, a completion, and whether it is a good one. */
const isTurnedDown = (shape: RecordShape, row: TableRow, mapping: ImportMapping | null): boolean =>
  (shape === 'prompt-completion' || shape === 'turns') && row.label === false && mapping?.label !== 'label';

function turnedDown(line: number): Converted {
  const report = new LineReport(line);
  const fix = 'Leave it out, or map its columns yourself to learn it all the same.';
  report.error('turned-down', 'The completion was turned down (label is false): a chat line would teach it.', fix);
  return { examples: [], findings: report.findings };
}

/** An import names no import as the fix. */
function noRecord({ examples, findings }: Converted): Converted {
  const fixed = findings.map((finding) => {
    if (!finding.fix.includes('luthier import')) return finding;
    const isTable = finding.fix.includes('a table');
    return {
      ...finding,
      fix: isTable ? 'Of a table, name the file .csv or say --format csv.' : 'Write one JSON object a line.',
    };
  });
  return { examples, findings: fixed };
}

/** Cells of no text that the examples would be made of. */
function faultsNeeded(
  faults: readonly CellFault[],
  row: TableRow,
  mapping: ImportMapping | null,
  line: number,
): readonly DatasetFinding[] {
  if (faults.length === 0) return [];
  const named = mapping === null ? [] : columnsOfMapping(mapping);
  const needed = mapsColumns(mapping) ? named : [...named, ...shapeEntry(shapeOf(row)).takes(row)];
  const report = new LineReport(line);
  for (const { column, what } of faults) {
    if (!needed.includes(column)) continue;
    report.error(
      'no-text',
      `Row ${line} of the column ${column} holds ${what}.`,
      'Map another column, or save it as text.',
    );
  }
  return report.findings;
}

function withAdditions(
  { examples, findings }: Converted,
  additions: Additions,
  row: TableRow,
): Converted & Pick<ConvertedRecord, 'keptSystem'> {
  const own = typeof row.system === 'string' ? row.system : '';
  const named = renderRow(additions.system, row);
  const cell = cellOf(additions, row);
  const hasOwn = examples.some(({ prompt }) => prompt[0]?.role === 'system') || own.trim() !== '';
  return {
    examples: examples.map((example) => ({ ...withSystem(example, hasOwn ? own : named), cell })),
    findings,
    keptSystem: hasOwn && named.trim() !== '',
  };
}

function withSystem(example: ImportedExample, content: string): ImportedExample {
  if (content.trim() === '' || example.prompt[0]?.role === 'system') return example;
  const whole = example.whole === undefined ? {} : { whole: withSystemMessage(example.whole, content) };
  return { ...example, prompt: [{ role: 'system', content }, ...example.prompt], ...whole };
}

/** The record as a table's row, with the turns of its cells; null when it is none. */
export function tableRowOf(record: SourceRecord): TableRow | null {
  const row = rowOfRecord(record);
  return row === null || row === 'too-deep' ? null : withTurns(row);
}

function rowOfRecord(record: SourceRecord): TableRow | 'too-deep' | null {
  if (record.kind === 'row') return record.row;
  if (record.kind === 'finding') return null;
  try {
    const value = parseExactJson(record.text);
    return isRecord(value) ? rowOf(value) : null;
  } catch (error) {
    // The engine's stack ends some thousand levels down, far deeper than any data that is meant.
    if (error instanceof RangeError) return 'too-deep';
    throw error;
  }
}

function tooDeep(line: number): Converted {
  const report = new LineReport(line);
  report.error('too-deep', 'The record is nested too deeply to be read.', 'Leave out what is nested so.');
  return { examples: [], findings: report.findings };
}

/** A record as it would become a row under the mapping, or why it would not. */
export function previewExample(
  record: SourceRecord,
  mapping: ImportMapping | null,
  convention: LegacyConvention | null = null,
): ExamplePreview {
  const { examples, findings, row } = convertRecord(record, mapping, convention);
  const [example, rejected] = examples;
  const cell = (name: string | null | undefined): string | null => (name ? textOf(row?.[name]) : null);
  return {
    line: record.kind === 'finding' ? record.finding.line : record.line,
    messages: example === undefined ? null : [...example.prompt, { role: 'assistant', content: example.completion }],
    rejected: rejected?.completion ?? null,
    label: cell(mapping?.label),
    group: cell(mapping?.group),
    empty: mapping === null ? [] : emptyColumns(mapping, row ?? {}),
    findings,
  };
}
