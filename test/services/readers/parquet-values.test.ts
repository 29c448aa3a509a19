import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetWriteBuffer, type SchemaElement } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import type { TableRow } from '../../../src/domain/importing/records.ts';
import { parquetRows } from '../../../src/services/readers/parquet-rows.ts';
import { temporaryHome } from '../store/sample.ts';

interface Column {
  readonly element: Omit<SchemaElement, 'name'>;
  readonly data: readonly unknown[];
}

async function rowsOf(columns: Readonly<Record<string, Column>>): Promise<readonly TableRow[]> {
  const entries = Object.entries(columns);
  const buffer = parquetWriteBuffer({
    columnData: entries.map(([name, { data }]) => ({ name, data: [...data] })),
    schema: [
      { name: 'root', num_children: entries.length },
      ...entries.map(([name, { element }]) => ({ name, repetition_type: 'OPTIONAL' as const, ...element })),
    ],
  });
  const path = join(temporaryHome(), 'a.parquet');
  writeFileSync(path, new Uint8Array(buffer));
  const rows: TableRow[] = [];
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

  it('are text only where the bytes are, and JSON that would lose digits stays as it stands', async () => {
    const bytes = { type: 'BYTE_ARRAY' } as const;
    const latin = Uint8Array.from([0x63, 0xe9]);
    expect(
      await rowsOf({ a: { element: bytes, data: [Buffer.from('é')] }, b: { element: bytes, data: [latin] } }),
    ).toEqual([{ a: 'é', b: '2 bytes' }]);
    await expect(rowsOf({ a: { element: { ...bytes, converted_type: 'UTF8' }, data: [latin] } })).rejects.toThrow(
      /not UTF-8/,
    );
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
    for await (const some of parquetRows(path)) rows.push(...some);
    expect(rows).toEqual([{ prices: ['1.10', '5.00'] }, { prices: [] }]);
  });
});
