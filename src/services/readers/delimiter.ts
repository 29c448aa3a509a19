import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import { ImportError } from '../../domain/importing/records.ts';
import { readPieces } from '../filesystem/lines.ts';

/** How the cells of a table are set apart, and its first row. */
export interface TableHead {
  readonly delimiter: string;
  /** A first line `sep=;`, as Excel reads and writes it, is no row. */
  readonly hasSepLine: boolean;
  readonly header: readonly string[];
  /** What ends a row, the longest first. A lone carriage return does only where there is no line feed. */
  readonly lineEnds: readonly string[];
  /** Spaces stand between delimiters and quotes, `"a", "b"`, and are no part of the cells. */
  readonly isSpaced: boolean;
}

const LINE_ENDS = ['\r\n', '\n'];
const OLD_MAC_ENDS = ['\r'];

const CANDIDATES = [',', ';', '\t', '|'];
const NAMES: Readonly<Record<string, string>> = { tab: '\t', '\\t': '\t', comma: ',', semicolon: ';', pipe: '|' };
/** Characters and rows that a delimiter is found by. */
const HEAD = 64 * 1024;
const ROWS = 100;
const rowsSchema = z.array(z.array(z.string()));

/** A delimiter as a person names it: one character, or a word such as `tab`. Throws ImportError. */
export function delimiterNamed(typed: string): string {
  const named = NAMES[typed.toLowerCase()] ?? typed;
  if (named.length === 1 && !/["\r\n]/.test(named)) return named;
  throw new ImportError(`${typed} is no delimiter.`, 'Name one character: , ; | or tab.');
}

export const delimiterName = (delimiter: string): string => (delimiter === '\t' ? 'tab' : delimiter);

/** Finds the delimiter of a table by its first rows, where none is named; `usual` decides where they do not. */
export async function tableHead(
  path: string,
  encoding: string,
  usual: string,
  named: string | null,
): Promise<TableHead> {
  let text = '';
  for await (const piece of readPieces(path, encoding)) {
    text += piece;
    if (text.length >= HEAD) break;
  }
  const lineEnds = text.includes('\n') || !text.includes('\r') ? LINE_ENDS : OLD_MAC_ENDS;
  const sep = /^("?)sep=([^"\r\n])\1(?:\r?\n|\r|$)/i.exec(text);
  // The last line may be cut, unless it is the only one.
  const rows = text.length < HEAD ? text : text.slice(0, text.lastIndexOf(lineEnds.at(-1) ?? '\n', HEAD) + 1 || HEAD);
  const body = rows.slice(sep?.[0].length ?? 0);
  const delimiter = named ?? sep?.[2] ?? found(body, usual, lineEnds);
  const header = rowsOf(body, delimiter, lineEnds)[0] ?? [];
  return { delimiter, hasSepLine: sep !== null, header, lineEnds, isSpaced: isSpaced(body, delimiter, lineEnds) };
}

/** Whether the quotes are faults only for the spaces before them. */
function isSpaced(text: string, delimiter: string, lineEnds: readonly string[]): boolean {
  const keeps = (ltrim: boolean): boolean => {
    let faults = 0;
    parse(text, {
      delimiter,
      ltrim,
      record_delimiter: [...lineEnds],
      relax_column_count: true,
      skip_records_with_error: true,
      on_skip: () => {
        faults += 1;
      },
      to: ROWS,
    });
    return faults === 0;
  };
  return text.includes(`${delimiter} "`) && !keeps(false) && keeps(true);
}

/** The candidate under which the most rows have as many cells as the first, and that is more than one. */
function found(text: string, usual: string, lineEnds: readonly string[]): string {
  const ranked = [usual, ...CANDIDATES.filter((candidate) => candidate !== usual)]
    .map((delimiter) => {
      const rows = rowsOf(text, delimiter, lineEnds);
      const columns = rows[0]?.length ?? 0;
      return {
        delimiter,
        columns,
        even: rows.filter((row) => row.length === columns).length / Math.max(1, rows.length),
      };
    })
    .filter(({ columns }) => columns > 1)
    .toSorted((a, b) => b.even - a.even || b.columns - a.columns);
  return ranked[0]?.delimiter ?? usual;
}

function rowsOf(text: string, delimiter: string, lineEnds: readonly string[]): readonly (readonly string[])[] {
  return rowsSchema.parse(
    parse(text, {
      delimiter,
      record_delimiter: [...lineEnds],
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      to: ROWS,
    }),
  );
}
