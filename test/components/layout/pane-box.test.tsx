import { Text } from 'ink';
import { expect, it } from 'vitest';
import { PaneBox } from '../../../src/components/layout/panes.tsx';
import { render } from '../../harness/render.tsx';

it('a pane is as large as it is told, whatever is in it, with its title in its border', async () => {
  const app = await render(
    <PaneBox title={'Rows\u001b[2J'} focused width={20} height={5}>
      {({ columns, rows }) => <Text>{`${columns}x${rows} ${'long '.repeat(40)}`}</Text>}
    </PaneBox>,
  );
  const lines = app.lines().slice(0, 6);
  expect(lines[0]).toMatch(/^┏━ Rows ━+┓$/);
  expect(lines[1]).toMatch(/^┃ 16x3 .*┃$/);
  expect(lines[4]).toMatch(/^┗━{18}┛$/);
  expect(lines[5]).toBe('');
  expect(lines.slice(0, 5).every((line) => line.length === 20)).toBe(true);
});

it('one without the focus has a lighter border, and a screen reader none', async () => {
  const pane = (
    <PaneBox title="Rows" focused={false} width={20} height={4}>
      {() => <Text>inside</Text>}
    </PaneBox>
  );
  expect((await render(pane)).lines()[0]).toMatch(/^╭─ Rows ─+╮$/);
  const read = await render(pane, { screenReader: true });
  expect(read.frame().trim()).toBe('Rows\ninside');
});

it('tells the focus apart where a terminal draws neither heavy lines nor colour', async () => {
  const panes = (
    <>
      <PaneBox title="Rows" focused width={20} height={3}>
        {() => <Text>inside</Text>}
      </PaneBox>
      <PaneBox title="Rows" focused={false} width={20} height={3}>
        {() => <Text>inside</Text>}
      </PaneBox>
    </>
  );
  const lines = (await render(panes, { env: { TERM: 'linux', NO_COLOR: '1' } })).lines();
  expect(lines[0]).toMatch(/^\+= Rows =+\+$/);
  expect(lines[3]).toMatch(/^\+- Rows -+\+$/);
});
