import {
  conventionOf,
  conventionWords,
  inspectSource,
  isRefused,
  type SourceInspection,
} from '../../app/dataset/import.ts';
import type { OpenSource } from '../../app/runtime/ports.ts';
import { chatLine } from '../../domain/dataset/example-lines.ts';
import type { LegacyConvention } from '../../domain/dataset/legacy-pairs.ts';
import { preferenceLine } from '../../domain/dataset/preferences.ts';
import type { DatasetFinding } from '../../domain/dataset/types.ts';
import { convertRecord, tableRowOf } from '../../domain/importing/convert.ts';
import { columnsOf, renderRow } from '../../domain/importing/mapping.ts';
import {
  type ColumnMapping,
  ImportError,
  type ImportedExample,
  type ImportSource,
  type SourceRecord,
  textOf,
} from '../../domain/importing/records.ts';
import { type RecordShape, shapeEntry } from '../../domain/importing/shapes.ts';
import { parseSource } from '../../domain/importing/source.ts';
import { count, plural } from '../../domain/text/format.ts';
import {
  type CommandContext,
  CommandFailure,
  EXIT,
  type ExitCode,
  type ImportOptions,
  UsageError,
} from '../context.ts';
import { openFileSystem, openSource } from '../sources.ts';

const FINDINGS_SHOWN = 20;
const ROWS_A_STEP = 500;

/** `import SOURCE --out F.jsonl`: a chat line for each record; 1 when some could not become one. */
export async function importData(context: CommandContext, typed: string, options: ImportOptions): Promise<ExitCode> {
  const { output, signal } = context;
  const source = sourceOf(typed, options);
  try {
    const opened = await openSource(context, source, options);
    for (const words of opened.reading) output.note(`Read with ${words}.`);
    const inspected = await inspectSource(opened, signal);
    if (inspected.looked === 0) throw noRows(context, typed, inspected);
    const mapping = mappingOf(inspected, options);
    const convention = mapping === null ? await conventionOf(opened, signal) : null;
    const writer = new LineWriter(context, opened, { mapping, convention }, options);
    const path = await writer.write(openFileSystem(), options.out);
    const { rows, refused } = writer;
    const { way } = opened;
    output.record('imported', {
      source: typed,
      way,
      shape: inspected.shape,
      mapping,
      rows,
      refused,
      out: path,
      convention,
    });
    if (path === null) throw new CommandFailure('Not one record could become an example.', 'Nothing was written.');
    if (refused > 0) output.note(`! ${plural(refused, 'record')} left out; the lines above say why.`);
    for (const words of writer.receipt()) output.line(words);
    if (convention !== null) output.line(conventionWords(convention));
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
function noRows(context: CommandContext, typed: string, { columns, records }: SourceInspection): ImportError {
  const findings = records.flatMap((record) => convertRecord(record, null).findings);
  const printer = new FindingPrinter(context);
  for (const finding of findings) printer.print(finding);
  const names = columns.map(({ name }) => name).join(', ');
  if (findings.some(({ severity }) => severity === 'error')) {
    const header = names === '' ? '' : ` The columns are ${names}.`;
    return new ImportError(`Not one record could be read.${header}`, 'Mend the lines above.');
  }
  const message =
    names === '' ? `${typed} has no rows.` : `${typed} has the names of columns (${names}) and no row under them.`;
  return new ImportError(message, 'Name a file with rows in it.');
}

/** The mapping that the options and the columns' names give; null for records that need none. */
function mappingOf({ shape, guess, columns }: SourceInspection, options: ImportOptions): ColumnMapping | null {
  const { system, label, group } = options;
  const isNamed = options.user !== undefined || options.assistant !== undefined;
  if (options.preference === true) refusePreference(shape, isNamed, options);
  if (shapeEntry(shape).asIs && !isNamed) {
    const names = columns.map(({ name }) => name);
    refuseUnknown([...columnsOf(system ?? ''), ...[label, group].flatMap((name) => name ?? [])], names);
    return null;
  }
  const user = options.user ?? guess?.user;
  const assistant = options.assistant ?? guess?.assistant;
  const names = columns.map(({ name }) => name);
  if (user === undefined || assistant === undefined) {
    throw new UsageError(`say --user and --assistant, such as '{text}'; the columns are ${names.join(', ')}`);
  }
  const mapping = {
    system: system ?? guess?.system ?? '',
    user,
    assistant,
    label: label ?? null,
    group: group ?? null,
  };
  refuseUnknown([...[mapping.system, user, assistant].flatMap(columnsOf), label ?? [], group ?? []].flat(), names);
  return mapping;
}

function refuseUnknown(used: readonly string[], names: readonly string[]): void {
  const missing = used.find((name) => !names.includes(name));
  if (missing !== undefined) throw new UsageError(`there is no column ${missing}; the columns are ${names.join(', ')}`);
}

function refusePreference(shape: RecordShape, isNamed: boolean, { label, group }: ImportOptions): void {
  if (shape !== 'dpo')
    throw new UsageError(`--preference is for preference pairs; these are ${shapeEntry(shape).label}`);
  if (isNamed) throw new UsageError('--preference takes pairs as they are, without --user and --assistant');
  if (label !== undefined || group !== undefined) throw new UsageError('--label and --group go with chat lines');
}

/** What decides how a record is read. */
interface ReadingWay {
  readonly mapping: ColumnMapping | null;
  readonly convention: LegacyConvention | null;
}

/** Turns records into lines as they are read, so that a source of any size goes through. */
class LineWriter {
  rows = 0;
  refused = 0;
  private halves = 0;
  private noPairs = 0;
  private ownSystem = 0;
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
  }

  /** The absolute path; null, and no file, when there is not one line. */
  async write(documents: ReturnType<typeof openFileSystem>, out: string): Promise<string | null> {
    const lines = this.lines();
    const first = await lines.next();
    if (first.done === true) return null;
    async function* all(line: string): AsyncGenerator<string> {
      yield line;
      yield* lines;
    }
    return documents.writeText(out, all(first.value));
  }

  /** Stops at Ctrl-C; what was read before is written. */
  private async *lines(): AsyncGenerator<string, void> {
    const { output, signal } = this.context;
    for await (const record of this.opened.records(signal)) {
      if (signal.aborted) return;
      const { examples, findings } = convertRecord(record, this.way.mapping, this.way.convention);
      for (const finding of findings) this.findings.print(finding);
      if (isRefused({ examples, findings })) this.refused += 1;
      const [first, second] = examples.map((example) => this.withSystem(record, example));
      if (first === undefined) continue;
      if (this.options.preference !== true) {
        // A line is learned: the answer a pair turned down is for preference training alone.
        if (second !== undefined) this.halves += 1;
        yield this.line(record, first);
      } else if (second !== undefined) {
        this.countRow();
        yield preferenceLine({ prompt: first.prompt, preferred: first.completion, other: second.completion });
      } else this.noPairs += 1;
    }
    output.progress(null);
  }

  /** What was left out or stayed as it was, each in a sentence with its count. */
  receipt(): readonly string[] {
    const { halves, ownSystem, noPairs } = this;
    return [
      ...(halves === 0
        ? []
        : [`! ${plural(halves, 'rejected answer')} left out of chat lines: --preference keeps both answers, for DPO.`]),
      ...(noPairs === 0 ? [] : [`! ${plural(noPairs, 'record')} left out: not a preference pair.`]),
      ...(ownSystem === 0 ? [] : [`! ${plural(ownSystem, 'record')} kept the system message of its own.`]),
    ];
  }

  /** A mapping has put the system message in already; a record of its own shape gets it where it has none. */
  private withSystem(record: SourceRecord, example: ImportedExample): ImportedExample {
    const { system } = this.options;
    if (this.way.mapping !== null || !system) return example;
    if (example.prompt[0]?.role === 'system') {
      if (example.rating !== 'rejected') this.ownSystem += 1;
      return example;
    }
    const content = renderRow(system, tableRowOf(record) ?? {});
    return { ...example, prompt: [{ role: 'system', content }, ...example.prompt] };
  }

  private countRow(): void {
    this.rows += 1;
    if (this.rows % ROWS_A_STEP === 0) this.progress();
  }

  private line(record: SourceRecord, { prompt, completion }: ImportedExample): string {
    this.countRow();
    const line = chatLine({ messages: [...prompt, { role: 'assistant', content: completion }] });
    const row = tableRowOf(record) ?? {};
    const { label, group } = this.options;
    const names = { ...(label && { label: textOf(row[label]) }), ...(group && { group: textOf(row[group]) }) };
    return Object.keys(names).length === 0
      ? line
      : `${line.trimEnd().slice(0, -1)},${JSON.stringify(names).slice(1)}\n`;
  }

  private progress(): void {
    const { rows: total } = this.opened;
    const text = total === null ? count(this.rows) : `${count(this.rows)} / ${count(total)}`;
    const fraction = total === null ? null : Math.min(1, this.rows / total);
    this.context.output.progress({ label: 'import', fraction, text, fields: { rows: this.rows, total } });
  }
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
