import { Readable } from 'node:stream';
import { type CsvError, type Info, type Options, parse } from 'csv-parse';
import * as z from 'zod';
import type { DatasetFinding } from '../../domain/dataset/types.ts';
import type { SourceRecord, TableRow } from '../../domain/importing/records.ts';
import { plural } from '../../domain/text/format.ts';
import { type OnRead, readPieces } from '../filesystem/lines.ts';
import type { TableHead } from './delimiter.ts';
import { LineIndex } from './line-index.ts';

const recordSchema = z.array(z.string());
/** Longer than any cell that is meant; a quote that is never closed ends here and not with the memory. */
const MAX_RECORD = 64 * 1024 * 1024;

/**
 * The rows of a CSV or TSV file of any size, the first line being the columns' names. A row that does not fit is a
 * finding with its line; the others go on. TSV is read with quotes, as RFC 4180 has them, and where the file as a whole
 * does not keep to them, as plain text between tabs.
 */
export async function* readDelimited(
  path: string,
  { delimiter, hasSepLine, lineEnds, isSpaced }: Omit<TableHead, 'header'>,
  encoding: string | null = null,
  onRead?: OnRead,
): AsyncGenerator<SourceRecord> {
  const dialect: Dialect = { delimiter, quote: '"', from_line: hasSepLine ? 2 : 1, ltrim: isSpaced };
  const text = { path, encoding, lineEnds };
  if (delimiter === '\t' && !(await keepsToQuotes(text, dialect))) dialect.quote = null;
  let names: readonly string[] | null = null;
  for await (const part of parts({ ...text, onRead }, dialect)) {
    if (part.kind === 'finding') {
      yield part;
      continue;
    }
    if (names === null) {
      names = namesOf(part.cells);
      yield* headerFindings(part.cells, names, part.line);
    } else yield recordOf(names, part.cells, part.line);
  }
}

type Part =
  | { readonly kind: 'cells'; readonly line: number; readonly cells: readonly string[] }
  | { readonly kind: 'finding'; readonly finding: DatasetFinding };

type Dialect = Pick<Options, 'delimiter' | 'quote' | 'from_line' | 'ltrim'>;

interface TableText extends Pick<TableHead, 'lineEnds'> {
  readonly path: string;
  readonly encoding: string | null;
  readonly onRead?: OnRead | undefined;
}

async function* parts({ path, encoding, lineEnds, onRead }: TableText, dialect: Dialect): AsyncGenerator<Part> {
  const skipped: Part[] = [];
  const starts: number[] = [];
  let lastLine = 0;
  const lineEnd = lineEnds.at(-1) ?? '\n';
  const index = new LineIndex(lineEnd.charCodeAt(0));
  const parser = parse({
    ...dialect,
    record_delimiter: [...lineEnds],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD,
    skip_records_with_error: true,
    // Called as the parser goes, so that its place in the file and the index agree. A record is known by its first line.
    on_record: (cells, { bytes }) => {
      const inside = cells.reduce((total, cell) => total + cell.split(lineEnd).length - 1, 0);
      starts.push(index.lineOf(bytes - 1) - inside);
      return cells;
    },
    on_skip: (error: CsvError | undefined) => {
      if (error === undefined) return;
      const { bytes = 0 }: CsvError & Partial<Info> = error;
      const line = index.lineOf(bytes);
      // A cell with several quotes in it is one thing to mend.
      if (line !== lastLine) skipped.push({ kind: 'finding', finding: findingOf(error, line) });
      lastLine = line;
    },
  });
  const bytesOf = async function* (): AsyncGenerator<Buffer> {
    for await (const text of readPieces(path, encoding, onRead)) {
      const bytes = Buffer.from(text);
      index.push(bytes);
      yield bytes;
    }
  };
  const input = Readable.from(bytesOf(), { objectMode: false });
  input.on('error', (error) => parser.destroy(error));
  try {
    for await (const raw of input.pipe(parser)) {
      yield* skipped.splice(0);
      yield { kind: 'cells', line: starts.shift() ?? 1, cells: recordSchema.parse(raw) };
    }
    yield* skipped.splice(0);
  } finally {
    input.destroy();
    parser.destroy();
  }
}

async function keepsToQuotes(text: TableText, dialect: Dialect): Promise<boolean> {
  for await (const part of parts(text, dialect)) if (part.kind === 'finding') return false;
  return true;
}

/** Names of the columns, each its own: `a`, `a 2`; `column 3` where there is none. */
export function namesOf(cells: readonly string[]): readonly string[] {
  const given = new Set(cells.map((cell) => cell.trim()));
  const taken = new Set<string>();
  return cells.map((cell, index) => {
    const name = cell.trim() || `column ${index + 1}`;
    let free = name;
    for (let next = 2; taken.has(free) || (free !== name && given.has(free)); next += 1) free = `${name} ${next}`;
    taken.add(free);
    return free;
  });
}

/** Columns that are called otherwise here than in the file. */
function* headerFindings(cells: readonly string[], names: readonly string[], line: number): Generator<SourceRecord> {
  for (const [index, name] of names.entries()) {
    const written = cells[index]?.trim() ?? '';
    if (written === name) continue;
    const message =
      written === ''
        ? `Column ${index + 1} has no name in the first line; it is called ${name} here.`
        : `More than one column is called ${written}; column ${index + 1} is called ${name} here.`;
    const finding = {
      code: 'header',
      severity: 'warning',
      line,
      message,
      fix: 'Give each column a name of its own.',
    } as const;
    yield { kind: 'finding', finding };
  }
}

function recordOf(names: readonly string[], cells: readonly string[], line: number): SourceRecord {
  if (cells.length === names.length) {
    const row: TableRow = Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
    return { kind: 'row', line, row };
  }
  const message = `The row has ${plural(cells.length, 'cell')}; there ${names.length === 1 ? 'is' : 'are'} ${plural(names.length, 'column')}.`;
  const mend = 'Put quotes around a cell with a delimiter in it, or add what is missing.';
  return { kind: 'finding', finding: { code: 'cell-count', severity: 'error', line, message, fix: mend } };
}

const fix = 'Put the cell in quotes, and write each quote in it twice.';

function findingOf({ code }: CsvError, line: number): DatasetFinding {
  return code === 'CSV_QUOTE_NOT_CLOSED'
    ? {
        code: 'quote-not-closed',
        severity: 'error',
        line,
        message: 'A quote is opened and never closed; the rows from here to the end could not be read.',
        fix,
      }
    : { code: 'quote', severity: 'error', line, message: 'A quote stands in the middle of a cell.', fix };
}
