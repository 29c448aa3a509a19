import { type FileHandle, open } from 'node:fs/promises';
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import * as z from 'zod';
import { type CellFault, rowOf, type TableRow } from '../../domain/importing/records.ts';
import { cellFaults, EXACT_PARSERS, exactReading, ParquetFault } from './parquet-values.ts';

/** The names behind the numbers of a column, as the Hub's `datasets` library writes them into the file. */
export type ClassNames = ReadonlyMap<string, readonly string[]>;

/** A row with the cells of it that are no text; whether one of them is needed is for the mapping to say. */
export interface ParquetRow {
  readonly row: TableRow;
  readonly faults: readonly CellFault[];
}

/** Rows of one group, which is held as a whole; real ones have a million or less. */
const MOST_GROUP_ROWS = 50_000_000;

/**
 * The rows of a Parquet file, one row group in memory at a time, from its start. Whole numbers beyond 2^53 become text.
 * `alive` is called whenever something was read or decoded.
 */
export async function* parquetRows(path: string, alive: () => void = () => {}): AsyncGenerator<readonly ParquetRow[]> {
  const handle = await open(path);
  try {
    const file = await bufferOf(handle, alive);
    const { metadata, convertRow } = exactReading(await footerOf(file));
    const names = classNamesOf(metadata);
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      const rows = await parquetReadObjects({
        file,
        metadata,
        rowStart,
        rowEnd,
        compressors,
        parsers: EXACT_PARSERS,
        utf8: false,
        onPage: alive,
      });
      if (rows.length !== rowEnd - rowStart)
        throw new ParquetFault(`rows are missing from row ${rowStart + rows.length + 1} on`);
      yield rows.map((read) => {
        const row = convertRow(read);
        return { row: withClassNames(rowOf(row), names), faults: cellFaults(row) };
      });
      rowStart = rowEnd;
    }
  } finally {
    await handle.close();
  }
}

/** How many rows a file has, by its footer. */
export async function countRows(path: string, alive: () => void): Promise<number> {
  const handle = await open(path);
  try {
    return Number((await footerOf(await bufferOf(handle, alive))).num_rows);
  } finally {
    await handle.close();
  }
}

/** The footer, if it agrees with itself: by its numbers memory is taken. */
async function footerOf(file: AsyncBuffer): Promise<FileMetaData> {
  const metadata = await parquetMetadataAsync(file);
  const counts = metadata.row_groups.map(({ num_rows: rows }) => rows);
  const total = counts.reduce((sum, rows) => sum + rows, 0n);
  if (counts.some((rows) => rows < 0n || rows > MOST_GROUP_ROWS) || total !== metadata.num_rows) {
    throw new ParquetFault('its footer contradicts itself');
  }
  return metadata;
}

async function bufferOf(handle: FileHandle, alive: () => void): Promise<AsyncBuffer> {
  const { size } = await handle.stat();
  return {
    byteLength: size,
    async slice(start, end = size) {
      if (start < 0) start += size;
      alive();
      if (!(start >= 0 && end <= size && start <= end))
        throw new ParquetFault('a part of it lies outside the file: it is cut off or damaged');
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(end - start), 0, end - start, start);
      if (bytesRead < end - start) throw new ParquetFault('it became shorter while it was read');
      return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);
    },
  };
}

const featureSchema = z.object({ _type: z.literal('ClassLabel'), names: z.array(z.string()) });
const infoSchema = z.object({ info: z.object({ features: z.record(z.string(), z.unknown()) }) });

/** The features called ClassLabel, with the names of their numbers. */
export function classNames(features: Readonly<Record<string, unknown>>): ClassNames {
  const named = Object.entries(features).flatMap(([name, feature]): [string, readonly string[]][] => {
    const parsed = featureSchema.safeParse(feature);
    return parsed.success ? [[name, parsed.data.names]] : [];
  });
  return new Map(named);
}

/** The row with the names of classes for their numbers; -1 says that there is no label. */
export function withClassNames(row: TableRow, names: ClassNames): TableRow {
  if (names.size === 0) return row;
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const known = names.get(name);
      if (known === undefined || typeof value !== 'number') return [name, value];
      return [name, value === -1 ? null : (known[value] ?? value)];
    }),
  );
}

function classNamesOf(metadata: FileMetaData): ClassNames {
  const text = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value;
  if (text === undefined) return new Map();
  try {
    const parsed = infoSchema.safeParse(JSON.parse(text));
    return parsed.success ? classNames(parsed.data.info.features) : new Map();
  } catch {
    return new Map();
  }
}
