import { isRecord, parseJson } from '../../domain/common/json.ts';
import type { DatasetFinding } from '../../domain/dataset/types.ts';
import type { ConversionRequest, ConvertedPart } from '../../domain/importing/conversion.ts';
import { recordsIn } from '../../domain/importing/json-records.ts';
import {
  ImportError,
  OtherEncodingError,
  type SourceRecord,
  type TableFormat,
} from '../../domain/importing/records.ts';
import { describeFault, encodingOf, sniffEncoding } from '../../domain/text/decoding.ts';
import { faultWords } from '../../domain/text/encoding-guess.ts';
import { FileError } from '../../domain/text/file-faults.ts';
import { FileKindError, fileKindOf, isParquetHead } from '../../domain/text/file-kinds.ts';
import { JsonTextReader } from '../../domain/text/json-values.ts';
import { readBytes, statToRead } from '../filesystem/bytes.ts';
import { fileEncoding } from '../filesystem/encoding-guess.ts';
import { type OnRead, readJsonValues, withPath } from '../filesystem/lines.ts';
import { absolutePath } from '../filesystem/paths.ts';
import { convertedElsewhere } from './converting.ts';
import { namesOf, readDelimited } from './delimited.ts';
import { delimiterName, delimiterNamed, tableHead } from './delimiter.ts';
import { parquetCount, readParquet } from './parquet.ts';

const ENDINGS: Readonly<Record<string, TableFormat>> = {
  jsonl: 'jsonl',
  json: 'jsonl',
  ndjson: 'jsonl',
  csv: 'csv',
  tsv: 'tsv',
  parquet: 'parquet',
};
/** Bytes of the start by which a format is known. */
const HEAD = 64 * 1024;

/** The format a file's name says; null when it says none. */
export function formatOfName(name: string): TableFormat | null {
  const ending = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(ENDINGS, ending) ? (ENDINGS[ending] ?? null) : null;
}

/** The format of a file: by its first bytes where they are plain, else by its name. Throws ImportError. */
export async function formatOfFile(path: string): Promise<TableFormat> {
  const head = await headOf(path);
  if (isParquetHead(head)) return 'parquet';
  const kind = fileKindOf(head);
  if (kind !== null) asImportError(new FileKindError(path, kind));
  const text = new TextDecoder(sniffEncoding(head)).decode(head).trimStart();
  if (text === '') throw new ImportError(`${path} is empty.`, 'Choose a file with rows in it.');
  const named = formatOfName(path);
  const firstLine = /^[^\n]*/.exec(text)?.[0] ?? '';
  if (named === 'parquet')
    throw new ImportError(`${path} is no Parquet file.`, 'Name it by what it is, or fetch it again.');
  if (named !== null && !belies(named, firstLine)) return named;
  if (/^(?:\{|\[\s*(?:[{[]|$))/.test(text)) return 'jsonl';
  return firstLine.includes('\t') ? 'tsv' : 'csv';
}

/** Whether a file's first line shows that it is not what its name says: JSON in a table, a table in JSON. */
function belies(named: TableFormat, firstLine: string): boolean {
  if (named !== 'jsonl') return isRecord(parseJson(firstLine));
  return /^(?:"[^"]*"|[^"{}[\]:,;\t|/#]+)\s*[,;\t|]/.test(firstLine) && parseJson(firstLine) === undefined;
}

async function headOf(path: string): Promise<Buffer> {
  if ((await statToRead(path)).isFIFO()) {
    throw new ImportError(`${path} is a pipe, which gives its bytes only once.`, 'Save what it gives to a file.');
  }
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of readBytes(path)) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= HEAD) break;
  }
  return Buffer.concat(pieces).subarray(0, HEAD);
}

/** Enough to know a table's columns and the values of its labels by. */
export const PREVIEW_ROWS = 20_000;

/** A source that is open for reading; `records` may be read more than once. */
export interface OpenSource {
  readonly format: TableFormat;
  /** How the records come. */
  readonly way: string;
  /** Null when only reading to the end would show it. */
  readonly rows: number | null;
  /** Rows it is worth looking at before an import. */
  readonly look: number;
  /** What was found out or chosen of how the text is read, such as `windows-1252`; nothing where all is as usual. */
  readonly reading: readonly string[];
  /** The names in the first line of a table, which it has even where no row can be read. */
  readonly columns?: readonly string[];
  records(signal?: AbortSignal): AsyncIterable<SourceRecord>;
  /** What comes of its records by another thread, where that is worth it; of one that breaks off, what came before. */
  converted?(request: ConversionRequest, signal?: AbortSignal): AsyncIterable<ConvertedPart>;
  /** The share of the source that the reading which began last has read, from 0 to 1; null where only its rows tell. */
  share?(): number | null;
}

/** What a person says of a file; what is not said is found out. */
export interface FileOptions {
  readonly format?: TableFormat | null;
  readonly encoding?: string | null;
  /** One character, or a word such as `tab`. */
  readonly delimiter?: string | null;
  /** Bytes from which on another thread makes rows of a file. */
  readonly elsewhereFrom?: number;
}

const ELSEWHERE_FROM = 4 * 2 ** 20;

/** Opens a file, of the named format or of the one it looks like; a path as a person types it. Throws ImportError. */
export async function openFile(path: string, options: FileOptions = {}, signal?: AbortSignal): Promise<OpenSource> {
  const whole = absolutePath(path);
  const format = options.format ?? (await formatOfFile(whole).catch(asImportError));
  if (format === 'parquet') {
    const idle = (['encoding', 'delimiter'] as const).find((option) => options[option] != null);
    if (idle !== undefined) throw new ImportError(`${path} is Parquet, which has no ${idle} to name.`, 'Leave it out.');
    return {
      format,
      way: 'file',
      rows: await parquetCount(whole, { signal }),
      look: PREVIEW_ROWS,
      reading: [],
      records: (signal) => readParquet(whole, { signal }),
    };
  }
  const encoding = await encodingFor(whole, options.encoding ?? null);
  const reading = encoding === 'utf-8' ? [] : [encoding];
  const named = options.delimiter == null ? null : delimiterNamed(options.delimiter);
  const { size } = await statToRead(whole).catch(asImportError);
  const meter = new ReadingMeter(size);
  const file = { format, way: 'file', rows: null, look: PREVIEW_ROWS, share: () => meter.share() };
  /** A thread takes a tenth of a second to begin and some megabytes. */
  const elsewhere = (delimiter: string | null): Pick<OpenSource, 'converted'> =>
    size < (options.elsewhereFrom ?? ELSEWHERE_FROM)
      ? {}
      : {
          converted: (request, signal) =>
            convertedElsewhere({ path: whole, format, encoding, delimiter, ...request }, signal),
        };
  if (format === 'jsonl') {
    if (named !== null) throw new ImportError(`${path} is JSONL, which has no delimiter.`, 'Leave it out.');
    const records = () => asImport(readJsonLines(whole, encoding, meter.begin()));
    return { ...file, ...elsewhere(null), reading, records };
  }
  const usual = USUAL_DELIMITERS[format];
  const head = await tableHead(whole, encoding, usual, named);
  return {
    ...file,
    ...elsewhere(head.delimiter),
    reading: [
      ...reading,
      ...(head.delimiter === usual ? [] : [`delimiter ${delimiterName(head.delimiter)}`]),
      ...(head.isSpaced ? ['spaces before quotes'] : []),
    ],
    columns: namesOf(head.header),
    records: () => asImport(readDelimited(whole, head, encoding, meter.begin())),
  };
}

/** How far the reading of a file is that began last. */
class ReadingMeter {
  private readonly bytes: number;
  private read = 0;
  private readings = 0;

  constructor(bytes: number) {
    this.bytes = bytes;
  }

  begin(): OnRead {
    this.readings += 1;
    const mine = this.readings;
    this.read = 0;
    return (bytes) => {
      if (mine === this.readings) this.read += bytes;
    };
  }

  share(): number {
    return Math.min(1, this.read / Math.max(1, this.bytes));
  }
}

const USUAL_DELIMITERS = { csv: ',', tsv: '\t' } as const;

/** Looks through the file before a row of it is taken, so that nothing of a file in another encoding comes in. */
async function encodingFor(path: string, chosen: string | null): Promise<string> {
  if (chosen !== null) {
    const known = encodingOf(chosen);
    if (known !== null) return known;
    const next = 'Such as latin1, windows-1252, utf-16le, shift_jis, gb18030.';
    throw new ImportError(`There is no encoding ${chosen}.`, next);
  }
  const guess = await fileEncoding(path).catch((error: unknown) => asImportError(withPath(error, path)));
  const { name, fault } = guess;
  if (fault === null) return name;
  const { what, next } = faultWords(path, fault, guess);
  if (next !== null) throw new ImportError(what, next);
  throw new OtherEncodingError(
    what,
    `If that is right, say --encoding ${name}; else name another, such as latin1, shift_jis or utf-16le.`,
    { encoding: name, fault: describeFault(fault) },
  );
}

function asImportError(error: unknown): never {
  if (error instanceof FileError) throw new ImportError(error.message, error.next);
  throw error;
}

/** The records of a file of this format, from its start. Throws ImportError, also for text of another encoding. */
export function readRecords(
  path: string,
  format: TableFormat,
  encoding: string | null = null,
  signal?: AbortSignal,
): AsyncGenerator<SourceRecord> {
  return asImport(recordsOf(path, format, encoding, signal));
}

async function* asImport(records: AsyncIterable<SourceRecord>): AsyncGenerator<SourceRecord> {
  try {
    yield* records;
  } catch (error) {
    asImportError(error);
  }
}

async function* recordsOf(
  path: string,
  format: TableFormat,
  encoding: string | null,
  signal: AbortSignal | undefined,
): AsyncGenerator<SourceRecord> {
  switch (format) {
    case 'jsonl':
      return yield* readJsonLines(path, encoding);
    case 'csv':
    case 'tsv': {
      const head = await tableHead(path, encoding ?? 'utf-8', USUAL_DELIMITERS[format], null);
      return yield* readDelimited(path, head, encoding);
    }
    case 'parquet':
      return yield* readParquet(path, { signal });
  }
}

async function* readJsonLines(path: string, encoding: string | null, onRead?: OnRead): AsyncGenerator<SourceRecord> {
  const reader = new JsonTextReader();
  for await (const value of readJsonValues(path, encoding, reader, onRead)) {
    for (const record of recordsIn(value)) yield { kind: 'text', ...record };
  }
  const beside = reader.wrapped?.beside ?? [];
  if (beside.length > 0) yield { kind: 'finding', finding: besideFinding(reader.wrapped?.name ?? '', beside) };
}

/** What a file's one object has beside the list that is read. */
function besideFinding(name: string, beside: readonly string[]): DatasetFinding {
  return {
    code: 'beside-the-list',
    severity: 'warning',
    line: 1,
    message: `The list ${name} is read; ${beside.join(', ')} of the same object ${beside.length === 1 ? 'is' : 'are'} not.`,
    fix: 'Where more of it are records, put each list into a file of its own.',
  };
}
