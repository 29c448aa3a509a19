import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { Frame, type FrameProps, type HeaderFacts, useBodySize } from '../../../src/components/layout/frame.tsx';
import { Panes } from '../../../src/components/layout/panes.tsx';
import { globalBindings } from '../../../src/keys/bindings/global.ts';
import { useBindings } from '../../../src/keys/hooks.tsx';
import { globalHandlers } from '../../harness/global-handlers.ts';
import { render } from '../../harness/render.tsx';

const facts: HeaderFacts = {
  project: 'D&D characters',
  breadcrumb: ['Train', 'ftjob-8Kq'],
  provider: 'embedded engine',
  practice: true,
  running: 1,
  spentUsd: 0,
};

/** Fills every cell it was given and more, and marks its last row. */
function Greedy(): ReactNode {
  const { columns, rows } = useBodySize();
  return (
    <Box flexDirection="column" flexShrink={0}>
      {Array.from({ length: rows - 1 }, (_, row) => (
        <Text key={row} wrap="truncate-end">
          {'小'.repeat(columns)}
        </Text>
      ))}
      <Text>{`last of ${columns}x${rows}`}</Text>
      <Text>too much</Text>
    </Box>
  );
}

function Bound({ children }: { readonly children: ReactNode }): ReactNode {
  useBindings(
    'global',
    globalBindings,
    globalHandlers({
      'global.help': () => undefined,
      'global.palette': () => undefined,
      'global.suspend': null,
      'global.quit': () => undefined,
    }),
  );
  return children;
}

const framed = (props: Partial<FrameProps> = {}) => (
  <Bound>
    <Frame facts={facts} notice={null} {...props}>
      {props.children ?? <Greedy />}
    </Frame>
  </Bound>
);

describe('Frame', () => {
  it('says whom calls wait for, in the place of what runs', async () => {
    const waiting = 'waiting for api.x.com, 23 s';
    const app = await render(framed({ facts: { ...facts, waiting } }), { columns: 120, rows: 30 });
    expect(app.frame()).toContain(waiting);
    expect(app.frame()).not.toContain('1 running');
  });

  it('shows a small cost as what it is, not as nothing', async () => {
    const app = await render(framed({ facts: { ...facts, spentUsd: 0.0042 } }), { columns: 100, rows: 30 });
    expect(app.lines()[0]).toMatch(/\$0\.0042$/);
  });

  it('says where one is, who answers, what runs, what it cost, and what to press', async () => {
    const app = await render(framed(), { columns: 100, rows: 30 });
    const lines = app.lines();
    expect(lines[0]).toContain('luthier D&D characters › Train › ftjob-8Kq');
    expect(lines[0]).toMatch(/embedded engine \(practice engine\) · ◐ 1 running · \$0\.00$/);
    expect(lines[28]).toBe('last of 100x28');
    expect(lines[29]).toMatch(/: commands {3}q quit {3}\? help/);
    expect(app.frame()).not.toContain('too much');
  });

  it('shortens the name of the project, not where one is', async () => {
    const app = await render(framed({ facts: { ...facts, provider: 'Embedded engine' } }), { columns: 60, rows: 16 });
    expect(app.lines()[0]).toMatch(/^ luthier Train › …job-8Kq +Embedded engine \(practice engine\)$/);
    await app.rerender(framed({ facts: { ...facts, provider: 'Embedded engine', breadcrumb: ['Train'] } }));
    expect(app.lines()[0]).toMatch(/^ luthier D&D cha… › Train +Embedded engine \(practice engine\)$/);
  });

  it('calls an unknown price unknown, never zero', async () => {
    const app = await render(framed({ facts: { ...facts, spentUsd: null } }));
    expect(app.frame()).toContain('cost unknown');
    expect(app.frame()).not.toContain('$0.00');
  });

  it('never exceeds the terminal, at any size, on the way from one to another', async () => {
    const app = await render(framed(), { columns: 80, rows: 24 });
    const sizes = [
      [60, 16],
      [61, 17],
      [140, 40],
      [59, 40],
      [140, 15],
      [20, 5],
      [1, 1],
      [80, 24],
      [200, 60],
      [79, 23],
      [100, 30],
    ] as const;
    for (const [columns, rows] of sizes) {
      await app.resize(columns, rows);
      const lines = app.lines();
      expect(lines.length).toBe(rows);
      for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      if (columns < 60 || rows < 16) {
        expect(app.frame()).not.toContain('last of');
        if (columns > 40 && rows > 1) expect(app.frame()).toContain('Luthier needs 60x16');
      } else {
        expect(lines[0]).toContain('luthier');
        expect(lines[rows - 2]).toBe(`last of ${columns}x${rows - 2}`);
        expect(lines[rows - 1]).toContain('help');
      }
    }
  });

  it('puts a note above the footer, and a problem in three rows that the body gives up', async () => {
    const app = await render(framed({ notice: { id: 1, kind: 'note', text: 'copied\x1b[2J the id' } }));
    expect(app.lines()[22]).toContain('copied the id');
    expect(app.lines()[23]).toContain('? help');
    await app.rerender(
      framed({
        notice: {
          id: 2,
          kind: 'problem',
          problem: { what: 'The key was refused.', saved: '12 rows', next: 'press 8' },
        },
      }),
    );
    expect(app.lines().slice(19, 23)).toEqual([
      'last of 80x19',
      ' ✗ The key was refused.',
      '   Saved: 12 rows',
      '   Next: press 8',
    ]);
  });

  it('wraps a long problem, its next step before all, so that nothing to do is cut away', async () => {
    const next = `Set OPENAI_API_KEY before you start, ${'or type the key in Settings, '.repeat(4)}and test it there.`;
    const problem = { what: `The key was refused: ${'no '.repeat(400)}end.`, saved: '12 rows', next };
    const app = await render(framed({ notice: { id: 1, kind: 'problem', problem } }));
    const lines = app.lines();
    expect(lines).toHaveLength(24);
    expect(lines[10]).toBe('last of 80x10');
    expect(lines.slice(20, 23).join(' ').replace(/\s+/g, ' ').trim()).toBe(`Next: ${next}`);
    expect(lines[11]).toMatch(/^ ✗ The key was refused: no/);
    expect(lines[18]).toContain('…');
    expect(lines[19]).toBe('   Saved: 12 rows');
  });

  it('gives no keys to a screen that is out of sight', async () => {
    const pressed: string[] = [];
    const app = await render(framed({ children: <Listening pressed={pressed} /> }), { columns: 40, rows: 10 });
    await app.type('q');
    await app.resize(80, 24);
    await app.type('q');
    expect(pressed).toEqual(['q']);
  });

  it('is linear for screen readers', async () => {
    const app = await render(framed({ children: <Text>only this</Text> }), { screenReader: true });
    await app.waitFor('only this');
    expect(app.lines().filter((line) => line !== '').length).toBeLessThanOrEqual(6);
  });
});

function Listening({ pressed }: { readonly pressed: string[] }): ReactNode {
  useBindings('screen', [{ id: 'x', keys: ['q'], label: 'x' }], { x: () => pressed.push('q') });
  return <Text>here</Text>;
}

function TwoPanes({ focus, onFocus }: { readonly focus: string; readonly onFocus: (id: string) => void }): ReactNode {
  const { columns, rows } = useBodySize();
  const content = (id: string) => (size: { columns: number; rows: number }, focused: boolean) => (
    <Text>{`${id} ${size.columns}x${size.rows}${focused ? ' focused' : ''} ${'long '.repeat(60)}`}</Text>
  );
  return (
    <Panes
      panes={[
        { id: 'a', title: 'Prompts', flex: 2, render: content('a') },
        { id: 'b', title: 'Slots \x1b[31m小精灵', render: content('b') },
      ]}
      focus={focus}
      onFocus={onFocus}
      width={columns}
      height={rows}
    />
  );
}

describe('Panes', () => {
  it('stand side by side when wide, one at a time when narrow, with closed borders', async () => {
    const asked: string[] = [];
    const onFocus = (id: string) => asked.push(id);
    const node = (focus: string) => framed({ children: <TwoPanes focus={focus} onFocus={onFocus} /> });
    const app = await render(node('b'), { columns: 120, rows: 24 });
    expect(app.frame()).toContain('Prompts');
    expect(app.frame()).toMatch(/┏━ Slots 小精灵 ━+┓/);
    expect(app.lines()[1]).toMatch(/^╭.*╮┏.*┓$/);
    expect(app.lines()[22]).toMatch(/^╰─+╯┗━+┛$/);
    await app.press('tab', 'shift-tab');
    expect(asked).toEqual(['a', 'a']);
    await app.resize(80, 24);
    expect(app.frame()).not.toContain('Prompts');
    expect(app.lines()[1]).toMatch(/^┏━ Slots 小精灵 2\/2 \(Tab\) ━+┓$/);
    expect(app.lines()[22]).toMatch(/^┗━{78}┛$/);
  });
});
