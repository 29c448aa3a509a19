import {
  conventionOf,
  inspectSource,
  paceOf,
  type SourceInspection,
  shareOf,
  withoutRows,
} from '../../app/dataset/import.ts';
import type { OpenSource } from '../../app/runtime/source-ports.ts';
import { chatLine } from '../../domain/dataset/example-lines.ts';
import type { LegacyConvention } from '../../domain/dataset/legacy-pairs.ts';
import { LineReport } from '../../domain/dataset/line/report.ts';
import { type PreferencePair, preferenceLine } from '../../domain/dataset/preferences.ts';
import type { DatasetFinding } from '../../domain/dataset/types.ts';
import { answerMessage, rawBefore } from '../../domain/dataset/whole-lines.ts';
import { type ConvertedRecord, convertRecord } from '../../domain/importing/convert.ts';
import { columnsOfMapping } from '../../domain/importing/mapping.ts';
import { type ImportReceipt, ReceiptCounter, receiptLines, recordsLeftOut } from '../../domain/importing/receipt.ts';
import {
  ImportError,
  type ImportedExample,
  type ImportMapping,
  type ImportSource,
  mapsColumns,
  type SourceRecord,
  type TableRow,
  textOf,
} from '../../domain/importing/records.ts';
import { type RecordShape, shapeEntry } from '../../domain/importing/shapes.ts';
import { parseSource } from '../../domain/importing/source.ts';
import { clockTime, count, plural } from '../../domain/text/format.ts';
import {
  type CommandContext,
  CommandFailure,
  EXIT,
  type ExitCode,
  type ImportOptions,
  UsageError,
} from '../context.ts';
import { openFileSystem, openInput } from '../named-files.ts';
import { settleOutputs } from '../outputs.ts';
import { openSource } from '../sources.ts';
import { fileOfText, textOption } from '../texts.ts';

const WORK = 'import';
const FINDINGS_SHOWN = 20;
const ROWS_A_STEP = 500;

/** `import SOURCE --out F.jsonl`: a chat line for each record; 1 when some could not become one. */
export async function importData(context: CommandContext, typed: string, given: ImportOptions): Promise<ExitCode> {
  const options = given.system === undefined ? given : { ...given, system: await textOption(given.system) };
  const { output, signal } = context;
  const source = sourceOf(typed, options);
  const documents = openFileSystem(context);
  const inputs = [source.kind === 'file' ? source.path : null, fileOfText(given.system)].flatMap((path) => path ?? []);
  const plan = { work: WORK, inputs, outputs: [options.out] };
  const replace = await settleOutputs(context, documents, plan, options.force);
  try {
    await using input = source.kind === 'file' ? await openInput(context, source.path) : null;
    const readable = source.kind === 'file' && input !== null ? { ...source, path: input.path } : source;
    const opened = await openSource(context, readable, options);
    for (const words of opened.reading) output.note(`Read with ${words}.`);
    const inspected = await inspectSource(opened, signal);
    if (inspected.looked === 0) throw noRows(context, typed, inspected);
    const mapping = mappingOf(inspected, options);
    const convention = mapsColumns(mapping) ? null : await conventionOf(opened, signal);
    const writer = new LineWriter(context, opened, { mapping, convention }, options);
    const path = await writer.write((lines) => documents.writeText(options.out, lines, { work: WORK, replace }));
    const { rows } = writer;
    const receipt = writer.receipt();
    const refused = recordsLeftOut(receipt);
    const { way } = opened;
    output.record('imported', {
      source: typed,
      way,
      shape: inspected.shape,
      mapping,
      rows,
      refused,
      out: path,
      receipt,
    });
    const kind = options.preference === true ? 'preference lines' : 'chat lines';
    for (const words of receiptLines(receipt, kind)) output.line(words);
    if (path === null) throw new CommandFailure('Not one record could become an example.', 'Nothing was written.');
    output.line(`${plural(rows, 'example')} in ${path}`);
    return refused > 0 || signal.aborted ? EXIT.failure : EXIT.done;
  } catch (error) {
    if (error instanceof ImportError) throw new CommandFailure(error.message, 'Nothing was written.', error.next);
    throw error;
  }
}

function sourceOf(typed: string, { config, split, encoding, format, delimiter }: ImportOptions): ImportSource {
  const source = parseSource(typed);
  if (!source.ok) throw new UsageError(`${source.problem.what} ${source.problem.next}`);
  if (source.value.kind !== 'file' && [encoding, format, delimiter].some((option) => option !== undefined)) {
    throw new UsageError('--encoding, --format and --delimiter are for files of this machine');
  }
  if (source.value.kind === 'hub') return { ...source.value, config: config ?? null, split: split ?? null };
  if (config !== undefined || split !== undefined) throw new UsageError('--config and --split are for hf: sources');
  return source.value;
}

/** A source of which not one row can be read: prints why, with the columns it has. */
function noRows(context: CommandContext, typed: string, inspected: SourceInspection): ImportError {
  const printer = new FindingPrinter(context);
  for (const record of inspected.records) {
    for (const finding of convertRecord(record, null).findings) printer.print(finding);
  }
  const names = inspected.columns.map(({ name }) => name).join(', ');
  const header = names === '' ? '' : ` The columns are ${names}.`;
  return (
    withoutRows(typed, inspected) ?? new ImportError(`Not one record could be read.${header}`, 'Mend the lines above.')
  );
}

/** The mapping that the options and the columns' names give; only what is added for records of a shape of their own. */
function mappingOf({ shape, guess, columns }: SourceInspection, options: ImportOptions): ImportMapping {
  const { system, label = null, group = null, rejected } = options;
  const isNamed = [options.user, options.assistant, rejected].some((template) => template !== undefined);
  refusePreference(shape, isNamed, options);
  const names = columns.map(({ name }) => name);
  if (shapeEntry(shape).asIs && !isNamed) {
    const additions = { system: system ?? '', label, group };
    refuseUnknown(columnsOfMapping(additions), names);
    return additions;
  }
  const user = options.user ?? guess?.user;
  const assistant = options.assistant ?? guess?.assistant;
  if (user === undefined || assistant === undefined) {
    throw new UsageError(`say --user and --assistant, such as '{text}'; the columns are ${names.join(', ')}`);
  }
  const columnsToMessages = { system: system ?? guess?.system ?? '', user, assistant, label, group };
  const mapping = rejected === undefined ? columnsToMessages : { ...columnsToMessages, rejected };
  refuseUnknown(columnsOfMapping(mapping), names);
  return mapping;
}

function refuseUnknown(used: readonly string[], names: readonly string[]): void {
  const missing = used.find((name) => !names.includes(name));
  if (missing !== undefined) throw new UsageError(`there is no column ${missing}; the columns are ${names.join(', ')}`);
}

/** Pairs have their second answer of their own or by --rejected, and only preference lines hold it. */
function refusePreference(shape: RecordShape, isNamed: boolean, options: ImportOptions): void {
  const { rejected, preference, label, group } = options;
  if (rejected !== undefined && preference !== true) throw new UsageError('--rejected goes with --preference');
  if (preference !== true) return;
  if (label !== undefined || group !== undefined) throw new UsageError('--label and --group go with chat lines');
  if (rejected !== undefined) return;
  if (isNamed) throw new UsageError("say --rejected, such as '{worse}': --preference needs both answers");
  if (shape === 'dpo') return;
  const what = `--preference is for preference pairs; these are ${shapeEntry(shape).label}`;
  throw new UsageError(`${what}. Of columns, say --user, --assistant and --rejected.`);
}

/** What decides how a record is read. */
interface ReadingWay {
  readonly mapping: ImportMapping;
  readonly convention: LegacyConvention | null;
}

/** Turns records into lines as they are read, so that a source of any size goes through. */
class LineWriter {
  rows = 0;
  private readonly begun = performance.now();
  private readonly counter: ReceiptCounter;
  private readonly context: CommandContext;
  private readonly opened: OpenSource;
  private readonly way: ReadingWay;
  private readonly options: ImportOptions;
  private readonly findings: FindingPrinter;

  constructor(context: CommandContext, opened: OpenSource, way: ReadingWay, options: ImportOptions) {
    this.context = context;
    this.opened = opened;
    this.way = way;
    this.options = options;
    this.findings = new FindingPrinter(context);
    this.counter = new ReceiptCounter(way.mapping, way.convention);
  }

  /** The absolute path; null, and no file, when there is not one line. */
  async write(toFile: (lines: AsyncIterable<string>) => Promise<string>): Promise<string | null> {
    const lines = this.lines();
    const first = await lines.next();
    if (first.done === true) return null;
    async function* all(line: string): AsyncGenerator<string> {
      yield line;
      yield* lines;
    }
    return toFile(all(first.value));
  }

  receipt(): ImportReceipt {
    return this.counter.receipt();
  }

  /** Stops at Ctrl-C; what was read before is written. */
  private async *lines(): AsyncGenerator<string, void> {
    const { output, signal } = this.context;
    for await (const record of this.opened.records(signal)) {
      if (signal.aborted) return;
      const converted = this.convert(record);
      for (const finding of converted.findings) this.findings.print(finding);
      this.counter.push(converted);
      const [first, second] = converted.examples;
      if (first === undefined) continue;
      this.rows += 1;
      if (this.rows % ROWS_A_STEP === 0) this.progress();
      // A line is learned: the answer a pair turned down is for preference training alone.
      if (second === undefined || this.options.preference !== true) yield this.line(converted.row ?? {}, first);
      else yield preferenceLine(pairOf(first, second));
    }
    output.progress(null);
  }

  private convert(record: SourceRecord): ConvertedRecord {
    const { mapping, convention } = this.way;
    const converted = convertRecord(record, mapping, convention);
    if (this.options.preference !== true || converted.examples.length !== 1 || record.kind === 'finding') {
      return converted;
    }
    const report = new LineReport(record.line);
    report.error('no-pair', 'The record is no preference pair.', 'Leave --preference away to make chat lines.');
    return { ...converted, examples: [], findings: [...converted.findings, ...report.findings] };
  }

  private line(row: TableRow, { prompt, completion, whole }: ImportedExample): string {
    const line = chatLine({ messages: [...prompt, { role: 'assistant', content: completion }], whole });
    const { label, group } = this.options;
    const names = { ...(label && { label: textOf(row[label]) }), ...(group && { group: textOf(row[group]) }) };
    return Object.keys(names).length === 0
      ? line
      : `${line.trimEnd().slice(0, -1)},${JSON.stringify(names).slice(1)}\n`;
  }

  private progress(): void {
    const { rows: total } = this.opened;
    const fraction = shareOf(this.opened, this.rows);
    const { perSecond, etaMs } = paceOf(this.rows, fraction, performance.now() - this.begun);
    const words = [
      total === null ? count(this.rows) : `${count(this.rows)} / ${count(total)}`,
      perSecond === null ? '' : `${count(Math.round(perSecond))} records/s`,
      etaMs === null ? '' : `ETA ${clockTime(etaMs)}`,
    ];
    const text = words.filter((word) => word !== '').join('  ');
    this.context.output.progress({ label: 'import', fraction, text, fields: { rows: this.rows, total } });
  }
}

function pairOf({ prompt, whole, completion }: ImportedExample, other: ImportedExample): PreferencePair {
  const raw = whole === undefined ? null : rawBefore(whole);
  const answers = [answerMessage(whole, completion), answerMessage(other.whole, other.completion)] as const;
  return { prompt, raw, preferred: completion, other: other.completion, answers };
}

/** Prints what is wrong with records, the first of it in words. */
class FindingPrinter {
  private shown = 0;
  private readonly output: CommandContext['output'];

  constructor({ output }: CommandContext) {
    this.output = output;
  }

  print(finding: DatasetFinding): void {
    this.output.record('finding', { ...finding });
    this.shown += 1;
    if (this.output.json || this.shown > FINDINGS_SHOWN) return;
    const mark = finding.severity === 'error' ? '✗' : '!';
    this.output.note(`${mark} line ${finding.line}: ${finding.message} ${finding.fix}`);
  }
}
