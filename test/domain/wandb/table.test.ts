import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/domain/common/json.ts';
import type { TableContent } from '../../../src/domain/tracking/types.ts';
import { artifactTable, runTable } from '../../../src/domain/wandb/table.ts';

const TABLE: TableContent = {
  columns: ['role: system', 'role: user', 'role: assistant'],
  rows: () => [
    ['s', 'u', 'a'],
    ['s', null, 'b'],
  ],
};

const counted = (rows: number): TableContent => ({
  columns: ['n'],
  rows: function* () {
    for (let row = 0; row < rows; row++) yield [row];
  },
});

const parsed = (chunks: Iterable<string>) => JSON.parse([...chunks].join(''));
const optional = (type: string): Json => ({
  wb_type: 'union',
  params: { allowed_types: [{ wb_type: 'none' }, { wb_type: type }] },
});

describe('a table as a file of the run', () => {
  it('is W&B’s own, to the byte', () => {
    const text = [...runTable(TABLE)].join('');
    // Of the file W&B's client wrote for this table.
    expect(createHash('sha256').update(text).digest('hex')).toBe(
      '11992ab7734419ab5186a47f0bf58a055310af6a149e2e50be8fe168f388a1e0',
    );
  });

  it('holds 10,000 rows at the most, a row a chunk', () => {
    expect(parsed(runTable(counted(10_001))).data).toHaveLength(10_000);
    expect([...runTable(counted(5))]).toHaveLength(7);
    expect(parsed(runTable(counted(0)))).toEqual({ columns: ['n'], data: [] });
  });
});

describe('a table as a file of an artifact', () => {
  it('says what W&B’s says', () => {
    const text = optional('string');
    expect(parsed(artifactTable(TABLE))).toEqual({
      _type: 'table',
      column_types: {
        wb_type: 'typedDict',
        params: { type_map: { 'role: system': text, 'role: user': text, 'role: assistant': text } },
      },
      columns: TABLE.columns,
      data: [...TABLE.rows()],
      log_mode: 'IMMUTABLE',
      ncols: 3,
      nrows: 2,
    });
  });

  it('gives a column the type its values have, and any where they differ', () => {
    const rows: readonly (readonly Json[])[] = [
      [1, true, 'x', null, 1, { a: 1 }],
      [2.5, null, 'y', null, 'one', [1]],
    ];
    const { type_map: types } = parsed(artifactTable({ columns: [...'nbseml'], rows: () => rows })).column_types.params;
    const any = { wb_type: 'any' };
    expect(types).toEqual({
      n: optional('number'),
      b: optional('boolean'),
      s: optional('string'),
      e: optional('string'),
      m: any,
      l: any,
    });
  });

  it('holds 200,000 rows at the most, and lets others have a turn while it looks at them', () => {
    const table = parsed(artifactTable(counted(200_001)));
    expect([table.data.length, table.nrows]).toEqual([200_000, 200_000]);
    expect([...artifactTable(counted(2_000))].filter((chunk) => chunk === '')).toHaveLength(4);
  });
});
