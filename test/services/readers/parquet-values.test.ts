import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetWriteBuffer, type SchemaElement } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import type { TableRow } from '../../../src/domain/importing/records.ts';
import { type ParquetRow, parquetRows } from '../../../src/services/readers/parquet-rows.ts';
import { EXACT_PARSERS } from '../../../src/services/readers/parquet-values.ts';
import { temporaryHome } from '../store/sample.ts';

interface Column {
  readonly element: Omit<SchemaElement, 'name'>;
  readonly data: readonly unknown[];
}

type Columns = Readonly<Record<string, Column>>;
type Patch = (file: Buffer) => void;

const rowsOf = async (columns: Columns, patch?: Patch): Promise<readonly TableRow[]> =>
  (await readOf(columns, patch)).map(({ row }) => row);

async function readOf(columns: Columns, patch: Patch = () => {}): Promise<readonly ParquetRow[]> {
  const entries = Object.entries(columns);
  const buffer = parquetWriteBuffer({
    columnData: entries.map(([name, { data }]) => ({ name, data: [...data] })),
    schema: [
      { name: 'root', num_children: entries.length },
      ...entries.map(([name, { element }]) => ({ name, repetition_type: 'OPTIONAL' as const, ...element })),
    ],
  });
  const path = join(temporaryHome(), 'a.parquet');
  const file = Buffer.from(buffer);
  patch(file);
  writeFileSync(path, file);
  const rows: ParquetRow[] = [];
  for await (const some of parquetRows(path)) rows.push(...some);
  return rows;
}

describe('values of Parquet', () => {
  it('have the digits of decimals of any width, and nothing for nothing', async () => {
    const wide = 15827366149184627583105281n;
    const rows = await rowsOf({
      int: {
        element: { type: 'INT32', converted_type: 'DECIMAL', scale: 2, precision: 9 },
        data: [12345n, -5n, undefined],
      },
      long: {
        element: { type: 'INT64', converted_type: 'DECIMAL', scale: 3, precision: 18 },
        data: [123456789012345678n, -1n, undefined],
      },
      wide: {
        element: { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 11, converted_type: 'DECIMAL', scale: 10, precision: 26 },
        data: [wide, -1n, undefined],
      },
    });
    expect(rows).toEqual([
      { int: '123.45', long: '123456789012345.678', wide: '1582736614918462.7583105281' },
      { int: '-0.05', long: '-0.001', wide: '-0.0000000001' },
      { int: null, long: null, wide: null },
    ]);
  });

  it('are short floats, dates, times of day, and moments to the microsecond', async () => {
    const [row] = await rowsOf({
      float: { element: { type: 'FLOAT' }, data: [Math.fround(0.1)] },
      double: { element: { type: 'DOUBLE' }, data: [0.1 + 0.2] },
      date: { element: { type: 'INT32', converted_type: 'DATE' }, data: [19723] },
      time: { element: { type: 'INT64', converted_type: 'TIME_MICROS' }, data: [47107000001n] },
      noon: { element: { type: 'INT32', converted_type: 'TIME_MILLIS' }, data: [43200000] },
      micros: { element: { type: 'INT64', converted_type: 'TIMESTAMP_MICROS' }, data: [1704067200000001n] },
      millis: { element: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' }, data: [-1n] },
    });
    expect(row).toEqual({
      float: 0.1,
      double: 0.1 + 0.2,
      date: '2024-01-01',
      time: '13:05:07.000001',
      noon: '12:00:00',
      micros: '2024-01-01T00:00:00.000001Z',
      millis: '1969-12-31T23:59:59.999Z',
    });
  });

  it('of a time without a zone name none', async () => {
    const at = (isAdjustedToUTC: boolean): Column => ({
      element: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC, unit: 'MICROS' } },
      data: [1704067200000001n],
    });
    expect(await rowsOf({ utc: at(true), naive: at(false) })).toEqual([
      { utc: '2024-01-01T00:00:00.000001Z', naive: '2024-01-01T00:00:00.000001' },
    ]);
  });

  it('are text only where the bytes are, and name the column of those that are none', async () => {
    const bytes = { type: 'BYTE_ARRAY' } as const;
    const text = { ...bytes, converted_type: 'UTF8' } as const;
    const latin = Uint8Array.from([0x63, 0xe9]);
    const read = await readOf({
      a: { element: bytes, data: [Buffer.from('é'), Buffer.from('x')] },
      b: { element: bytes, data: [latin, Buffer.from('x')] },
      c: { element: text, data: [latin, Buffer.from('y')] },
    });
    const what = '2 bytes that are not UTF-8 (byte 2 is E9)';
    expect(read).toEqual([
      {
        row: { a: 'é', b: '2 bytes', c: '2 bytes' },
        faults: ['b', 'c'].map((column) => ({ column, what })),
      },
      { row: { a: 'x', b: 'x', c: 'y' }, faults: [] },
    ]);
  });

  it('of JSON keep the digits of their numbers', async () => {
    const texts = ['9007199254740993', '1.10', '{"a":[1e400]}', '{"a":1}', 'null', '"9007199254740993"'];
    const rows = await rowsOf(
      { json_column: { element: { type: 'BYTE_ARRAY', converted_type: 'UTF8' }, data: texts } },
      // The writer would write the texts as JSON texts: the column is called JSON afterwards, in Thrift's compact form.
      (file) => file.set([0x25, 0x26], file.indexOf(Buffer.from('json_column\x25\x00')) + 'json_column'.length),
    );
    expect(rows.map((row) => row.json_column)).toEqual([
      '9007199254740993',
      '1.10',
      '{"a":[1e400]}',
      { a: 1 },
      null,
      '9007199254740993',
    ]);
    expect(EXACT_PARSERS.jsonFromBytes?.(Buffer.from('{'))).toBe('{');
    expect(EXACT_PARSERS.jsonFromBytes?.(Uint8Array.from([0x63, 0xe9]))).toBeInstanceOf(Uint8Array);
  });

  it('are exact within lists too', async () => {
    const buffer = parquetWriteBuffer({
      columnData: [{ name: 'prices', data: [[110n, 500n], []] }],
      schema: [
        { name: 'root', num_children: 1 },
        { name: 'prices', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        {
          name: 'element',
          repetition_type: 'OPTIONAL',
          type: 'INT64',
          converted_type: 'DECIMAL',
          scale: 2,
          precision: 9,
        },
      ],
    });
    const path = join(temporaryHome(), 'lists.parquet');
    writeFileSync(path, new Uint8Array(buffer));
    const rows: TableRow[] = [];
    for await (const some of parquetRows(path)) rows.push(...some.map(({ row }) => row));
    expect(rows).toEqual([{ prices: ['1.10', '5.00'] }, { prices: [] }]);
  });
});
