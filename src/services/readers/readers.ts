import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { SourceRecord, TableFormat } from '../../domain/importing/records.ts';
import { readLines } from '../documents/lines.ts';
import { readDelimited } from './delimited.ts';
import { formatOfFile } from './format.ts';
import { readParquet } from './parquet.ts';
import { parquetCount } from './parquetRows.ts';

/** Enough to know a table's columns and the values of its labels by. */
export const LOOK = 20_000;

/** A source that is open for reading; `records` may be read more than once. */
export interface OpenSource {
  readonly format: TableFormat;
  /** How the records come. */
  readonly way: string;
  /** Null when only reading to the end would tell. */
  readonly rows: number | null;
  /** Rows it is worth looking at before an import. */
  readonly look: number;
  records(): AsyncIterable<SourceRecord>;
}

/** Opens a file, of the named format or of the one it looks like; a path as a person types it. Throws ImportError. */
export async function openFile(path: string, named: TableFormat | null = null): Promise<OpenSource> {
  const whole = path === '~' || /^~[\\/]/.test(path) ? join(homedir(), path.slice(1)) : resolve(path);
  const format = named ?? (await formatOfFile(whole));
  const rows = format === 'parquet' ? await parquetCount(whole) : null;
  return { format, way: 'file', rows, look: LOOK, records: () => readRecords(whole, format) };
}

/** The records of a file of this format, from its start. */
export function readRecords(path: string, format: TableFormat): AsyncIterable<SourceRecord> {
  switch (format) {
    case 'jsonl':
      return readJsonLines(path);
    case 'csv':
    case 'tsv':
      return readDelimited(path, format);
    case 'parquet':
      return readParquet(path);
  }
}

async function* readJsonLines(path: string): AsyncGenerator<SourceRecord> {
  let line = 0;
  for await (const text of readLines(path)) {
    line += 1;
    yield { kind: 'text', line, text };
  }
}
