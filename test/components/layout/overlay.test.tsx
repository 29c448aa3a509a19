import { Box, Text } from 'ink';
import { expect, it } from 'vitest';
import { Overlay } from '../../../src/components/layout/overlay.tsx';
import { ScreenBar, type ScreenTab } from '../../../src/components/layout/screen-bar.tsx';
import { render } from '../../harness/render.tsx';

const UNDER = Array.from({ length: 22 }, () => '#'.repeat(80)).join('\n');

it('a panel lies over the middle of what is under it, and lets none of that through', async () => {
  const app = await render(
    <Box width={80} height={22}>
      <Text>{UNDER}</Text>
      <Overlay title="Panel" width={20} height={4}>
        {({ columns, rows }) => <Text>{`${columns}x${rows}`}</Text>}
      </Overlay>
    </Box>,
  );
  const [top, first, second, bottom] = app.lines().slice(9, 13);
  expect(top).toMatch(/^#{30}┏━ Panel ━+┓#{30}$/);
  expect(first).toMatch(/^#{30}┃ 16x2 +┃#{30}$/);
  expect(second).toMatch(/^#{30}┃ +┃#{30}$/);
  expect(bottom).toMatch(/^#{30}┗━+┛#{30}$/);
});

const TABS: readonly ScreenTab[] = [
  { digit: '1', title: 'Home', mark: null, current: true },
  { digit: '2', title: 'Template', mark: 'done', current: false },
  { digit: '3', title: 'Generate', mark: 'running', current: false },
];

it.each([
  [80, ' 1 Home 2●Template 3◐Generate'],
  [120, ' 1 Home  2 ● Template  3 ◐ Generate'],
])('the bar has digit, state and name of each screen at %i columns', async (width, text) => {
  const app = await render(<ScreenBar tabs={TABS} width={width} />, { columns: width });
  expect(app.lines()[0]?.trimEnd()).toBe(text);
});
