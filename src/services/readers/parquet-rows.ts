import { type FileHandle, open } from 'node:fs/promises';
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import * as z from 'zod';
import { type CellFault, rowOf, type TableRow } from '../../domain/importing/records.ts';
import { cellFaults, EXACT_PARSERS, exactReading } from './parquet-values.ts';

/** The names behind the numbers of a column, as the Hub's `datasets` library writes them into the file. */
export type ClassNames = ReadonlyMap<string, readonly string[]>;

/** A row with the cells of it that are no text; whether one of them is needed is for the mapping to say. */
export interface ParquetRow {
  readonly row: TableRow;
  readonly faults: readonly CellFault[];
}

/** The rows of a Parquet file, one row group in memory at a time, from its start. Whole numbers beyond 2^53 become text. */
export async function* parquetRows(path: string): AsyncGenerator<readonly ParquetRow[]> {
  const handle = await open(path);
  try {
    const file = await bufferOf(handle);
    const { metadata, convertRow } = exactReading(await parquetMetadataAsync(file));
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
      });
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
export async function parquetCount(path: string): Promise<number> {
  const handle = await open(path);
  try {
    return Number((await parquetMetadataAsync(await bufferOf(handle))).num_rows);
  } finally {
    await handle.close();
  }
}

async function bufferOf(handle: FileHandle): Promise<AsyncBuffer> {
  const { size } = await handle.stat();
  return {
    byteLength: size,
    async slice(start, end = size) {
      const { buffer } = await handle.read(Buffer.alloc(end - start), 0, end - start, start);
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
