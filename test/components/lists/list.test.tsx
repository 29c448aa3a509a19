import { Text, useIsScreenReaderEnabled } from 'ink';
import { type ReactNode, useEffect, useState } from 'react';
import { describe, expect, it } from 'vitest';
import { List } from '../../../src/components/lists/list.tsx';
import { SmallTable } from '../../../src/components/lists/small-table.tsx';
import { type Column, Table } from '../../../src/components/lists/table.tsx';
import { render } from '../../harness/render.tsx';

interface Mounts {
  now: number;
  most: number;
}

function Counted({ index, mounts }: { readonly index: number; readonly mounts: Mounts }): ReactNode {
  const linear = useIsScreenReaderEnabled();
  useEffect(() => {
    mounts.now++;
    mounts.most = Math.max(mounts.most, mounts.now);
    return () => {
      mounts.now--;
    };
  }, [mounts]);
  return <Text>{`row ${index}${linear ? '!' : ''}`}</Text>;
}

function Many({ mounts, log }: { readonly mounts: Mounts; readonly log: string[] }): ReactNode {
  const [selected, setSelected] = useState(0);
  return (
    <List
      count={10_000}
      height={12}
      width={40}
      selected={selected}
      onSelect={setSelected}
      focus
      onChoose={(index) => log.push(`choose ${index}`)}
      onMark={(index) => log.push(`mark ${index}`)}
      isMarked={(index) => index === 2}
      item={(index) => <Counted index={index} mounts={mounts} />}
    />
  );
}

const SENTENCE = 'There is nothing here for a reason that takes its time to be told, and n ends it.';
const nothing = {
  count: 0,
  width: 40,
  height: 6,
  selected: 0,
  onSelect: () => undefined,
  focus: true,
  empty: SENTENCE,
};
const columns: readonly Column[] = [{ id: 'one', title: 'one', flex: 1 }];

it.each(['list', 'table', 'small table'] as const)(
  'a %s that is empty says why to the end of the sentence',
  async (kind) => {
    const table = { ...nothing, columns, rowAt: () => null, cell: () => '' };
    const shown = {
      list: <List {...nothing} item={() => ''} />,
      table: <Table {...table} />,
      'small table': <SmallTable {...table} />,
    };
    const app = await render(shown[kind], { columns: 40 });
    expect(app.frame().replaceAll(/\s+/g, ' ')).toContain(SENTENCE);
  },
);

describe('List', () => {
  it('mounts only what is visible of 10,000 rows, wherever one goes', async () => {
    const mounts: Mounts = { now: 0, most: 0 };
    const log: string[] = [];
    const app = await render(<Many mounts={mounts} log={log} />);
    expect(app.frame()).toContain('❯   row 0');
    await app.type('jj j');
    await app.press('G');
    expect(app.frame()).toContain('❯   row 9999');
    await app.press('pageup', 'k', 'enter', 'g', 'down', 'down');
    expect(app.frame()).toContain('❯ ◆ row 2');
    expect(log).toEqual(['mark 2', 'choose 9987']);
    expect(mounts.most).toBeLessThanOrEqual(24);
    expect(mounts.now).toBe(12);
  });

  it('says what to do when it is empty', async () => {
    const app = await render(
      <List
        count={0}
        height={5}
        width={40}
        selected={0}
        onSelect={() => undefined}
        focus
        item={() => ''}
        empty="Press n to add one."
      />,
    );
    expect(app.frame()).toContain('Press n to add one.');
  });
});
