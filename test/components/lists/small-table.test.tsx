import { type ReactNode, useState } from 'react';
import { describe, expect, it } from 'vitest';
import { SmallTable, type SmallTableProps } from '../../../src/components/lists/small-table.tsx';
import { displayWidth } from '../../../src/domain/text/graphemes.ts';
import { render } from '../../harness/render.tsx';

interface Price {
  readonly model: string;
  readonly price: string;
}

const PRICES: readonly Price[] = [
  { model: '漢字モデル', price: '1' },
  { model: 'a name that is far too long for its column', price: '12.50' },
  { model: '👩🏽‍💻 \u001b[2J', price: '3' },
  ...Array.from({ length: 40 }, (_, index) => ({ model: `model-${index}`, price: String(index) })),
];

function Prices(props: Partial<SmallTableProps<Price>>): ReactNode {
  const [selected, setSelected] = useState(0);
  return (
    <SmallTable
      columns={[
        { id: 'model', title: 'Model', flex: 1, cut: 'middle' },
        { id: 'price', title: 'US$', width: 6, align: 'right' },
      ]}
      count={PRICES.length}
      rowAt={(index) => PRICES[index] ?? null}
      cell={(row, column) => (column === 'model' ? row.model : { text: row.price, tone: 'warn' })}
      width={30}
      height={8}
      selected={selected}
      onSelect={setSelected}
      focus
      {...props}
    />
  );
}

describe('SmallTable', () => {
  it('keeps its columns, whatever the width of what stands in them, and no row of its own between two', async () => {
    const app = await render(<Prices />);
    const lines = app.lines().slice(0, 8);
    expect(lines[0]).toBe('  Model                    US$');
    expect(lines[1]).toBe('❯ 漢字モデル                 1');
    expect(lines[2]).toMatch(/^ {2}a name t\S* ?…\S* ?.*12\.50$/);
    expect(lines.slice(0, 8).map((line) => displayWidth(line))).toEqual(Array.from({ length: 8 }, () => 30));
    expect(lines[7]).toContain('model-3');
  });

  it('moves and shows what was not in sight, by keys and by the wheel', async () => {
    const app = await render(<Prices />);
    await app.press('G');
    expect(app.frame()).toMatch(/❯ model-39 +39/);
    expect(app.frame()).not.toContain('漢字');
    await app.mouse('wheel-up', 3, 3);
    expect(app.frame()).toMatch(/❯ model-36/);
    await app.mouse('click', 3, 1);
    expect(app.frame()).toMatch(/❯ model-33/);
  });

  it('draws anew what changes under it', async () => {
    const app = await render(<Prices />);
    await app.rerender(<Prices cell={() => 'other'} columns={[{ id: 'only', title: 'Only' }]} />);
    expect(app.lines()[0]).toMatch(/^ {2}Only\s*$/);
    expect(app.lines()[1]).toMatch(/^❯ other\s*$/);
  });

  it('says what to do where there is nothing, and which is selected to a screen reader', async () => {
    const empty = await render(<Prices count={0} empty="r asks again." />);
    expect(empty.frame()).toContain('r asks again.');
    const read = await render(<Prices width={60} />, { screenReader: true });
    expect(read.frame()).toContain('(selected) 漢字モデル');
    expect(read.frame()).not.toContain('❯');
  });
});
