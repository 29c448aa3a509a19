import { Readable } from 'node:stream';
import { type CsvError, type Info, type Options, parse } from 'csv-parse';
import * as z from 'zod';
import type { DatasetFinding } from '../../domain/dataset/types.ts';
import type { SourceRecord, TableRow } from '../../domain/importing/records.ts';
import { readPieces } from '../filesystem/lines.ts';
import type { TableHead } from './delimiter.ts';

const recordSchema = z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) });
/** Longer than any cell that is meant; a quote that is never closed ends here and not with the memory. */
const MAX_RECORD = 64 * 1024 * 1024;

/**
 * The rows of a CSV or TSV file of any size, the first line being the columns' names. A row that does not fit is a
 * finding with its line; the others go on. TSV is read with quotes, as RFC 4180 has them, and where the file as a whole
 * does not keep to them, as plain text between tabs.
 */
export async function* readDelimited(
  path: string,
  { delimiter, hasSepLine }: Pick<TableHead, 'delimiter' | 'hasSepLine'>,
  encoding: string | null = null,
): AsyncGenerator<SourceRecord> {
  const options: Options = { delimiter, quote: '"', from_line: hasSepLine ? 2 : 1 };
  if (delimiter === '\t' && !(await keepsToQuotes(path, encoding, options))) options.quote = null;
  let names: readonly string[] | null = null;
  for await (const part of parts(path, encoding, options)) {
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

async function* parts(path: string, encoding: string | null, options: Options): AsyncGenerator<Part> {
  const skipped: Part[] = [];
  let lastLine = 0;
  let unclosed = false;
  const parser = parse({
    ...options,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD,
    skip_records_with_error: true,
    on_skip: (error: CsvError | undefined) => {
      if (error === undefined) return;
      if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
        unclosed = true;
        return;
      }
      const finding = findingOf(error);
      // A cell with several quotes in it is one thing to mend.
      if (finding.line !== lastLine) skipped.push({ kind: 'finding', finding });
      lastLine = finding.line;
    },
  });
  let end = 0;
  let counted = 0;
  const input = Readable.from(readPieces(path, encoding), { objectMode: false });
  input.on('error', (error) => parser.destroy(error));
  try {
    for await (const raw of input.pipe(parser)) {
      yield* skipped.splice(0);
      const { record, info } = recordSchema.parse(raw);
      const breaks = breaksIn(record);
      counted += breaks.twice;
      yield { kind: 'cells', line: info.lines - counted - breaks.all, cells: record };
      end = info.lines - counted;
    }
    yield* skipped.splice(0);
    // The parser knows only where the file ends, not where the quote was opened: after the last row it could read.
    if (unclosed) yield { kind: 'finding', finding: neverClosed(Math.max(end, lastLine) + 1) };
  } finally {
    input.destroy();
    parser.destroy();
  }
}

/** Line ends inside the cells, and how many of them the parser counts as two: a record is known by the line it begins on. */
function breaksIn(cells: readonly string[]): { readonly all: number; readonly twice: number } {
  const found = cells.flatMap((cell) => cell.match(/\r\n|\n|\r/g) ?? []);
  return { all: found.length, twice: found.filter((end) => end === '\r\n').length };
}

async function keepsToQuotes(path: string, encoding: string | null, options: Options): Promise<boolean> {
  for await (const part of parts(path, encoding, options)) if (part.kind === 'finding') return false;
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
  const message = `The row has ${cells.length} cells; there are ${names.length} columns.`;
  const mend = 'Put quotes around a cell with a delimiter in it, or add what is missing.';
  return { kind: 'finding', finding: { code: 'cell-count', severity: 'error', line, message, fix: mend } };
}

const fix = 'Put the cell in quotes, and write each quote in it twice.';

function neverClosed(line: number): DatasetFinding {
  const message = 'A quote is opened and never closed; the rows from here to the end could not be read.';
  return { code: 'quote-not-closed', severity: 'error', line, message, fix };
}

function findingOf(error: CsvError & Partial<Info>): DatasetFinding {
  const message = 'A quote stands in the middle of a cell.';
  return { code: 'quote', severity: 'error', line: error.lines ?? 1, message, fix };
}
