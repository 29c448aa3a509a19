import fc from 'fast-check';
import type { ReactNode } from 'react';
import { describe, expect, it } from 'vitest';
import { type Column, fitColumns, Table } from '../../../src/components/lists/table.tsx';
import { render } from '../../harness/render.tsx';

const columns: readonly Column[] = [
  { id: 'id', title: 'Id', width: 4, align: 'right', keep: 2 },
  { id: 'text', title: 'Text', flex: 2, min: 10, keep: 1 },
  { id: 'status', title: 'Status', width: 8 },
];

const hostile = [
  'plain',
  '小精灵弓箭手小精灵弓箭手小精灵弓箭手小精灵弓箭手',
  '\x1b[2J\x1b[31mred\x07 and more',
  'two\nlines\r\nhere\ttab',
  '한국어 텍스트 한국어 텍스트 한국어 텍스트',
  'x'.repeat(100_000),
];

function Sample({ width }: { readonly width: number }): ReactNode {
  return (
    <Table
      columns={columns}
      count={hostile.length}
      rowAt={(index) => ({ id: String(index), text: hostile[index] ?? '' })}
      cell={(row, column) =>
        column === 'id' ? row.id : column === 'text' ? row.text : { text: '|done|', tone: 'ok' as const }
      }
      width={width}
      height={10}
      selected={1}
      onSelect={() => undefined}
      focus
      sort={{ column: 'text', descending: true }}
    />
  );
}

describe('fitColumns', () => {
  it('never gives away more than there is, and fills it when a column is flexible', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (width) => {
        const fitted = fitColumns(columns, width);
        const used = fitted.reduce((sum, column) => sum + column.columns, 0) + fitted.length - 1;
        expect(used).toBeLessThanOrEqual(width);
        if (width >= 10) expect(used).toBe(width);
      }),
    );
  });

  it('gives a column no more than it can use, and what it leaves to the others', () => {
    const flexible: readonly Column[] = [
      { id: 'name', title: 'Name', flex: 3, min: 6, max: 20 },
      { id: 'text', title: 'Text', flex: 1, min: 6 },
    ];
    const wide = (width: number) => fitColumns(flexible, width).map((column) => column.columns);
    expect(wide(100)).toEqual([20, 79]);
    expect(wide(21)).toEqual([12, 8]);
    expect(fitColumns([{ id: 'name', title: 'Name', flex: 1, max: 20 }], 100)[0]?.columns).toBe(20);
  });

  it('lets the least important column go first', () => {
    expect(fitColumns(columns, 20).map((column) => column.id)).toEqual(['id', 'text']);
    expect(fitColumns(columns, 12).map((column) => column.id)).toEqual(['text']);
  });
});

describe('Table', () => {
  it.each([30, 60, 80, 133])('keeps its columns straight at %i columns, whatever the text', async (width) => {
    const app = await render(<Sample width={width} />, { columns: width });
    const rows = app.lines().slice(1, 1 + hostile.length);
    expect(app.lines()[0]).toContain('Text ↓');
    for (const row of rows) expect(row).toMatch(/\|done\|$/);
    const cells = rows.map((_, index) => index);
    expect(cells.map((index) => rows[index]?.slice(0, 6))).toEqual(
      cells.map((index) => `${index === 1 ? '❯' : ' '}    ${index}`),
    );
    expect(app.raw()).not.toMatch(/\x1b\[31mred|\x07/);
    expect(app.lines()[1 + hostile.length]).toBe('');
  });

  it('shows a place for a row that is not there yet', async () => {
    const app = await render(
      <Table
        columns={columns}
        count={3}
        rowAt={() => null}
        cell={() => ''}
        width={60}
        height={6}
        selected={0}
        onSelect={() => undefined}
        focus={false}
      />,
    );
    expect(app.frame()).toContain('› …');
  });
});
