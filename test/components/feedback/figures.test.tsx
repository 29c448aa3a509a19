import { Box } from 'ink';
import { expect, it } from 'vitest';
import { Sparkline } from '../../../src/components/charts/sparkline.tsx';
import { ProgressBar } from '../../../src/components/feedback/progress-bar.tsx';
import { StatusLine } from '../../../src/components/feedback/status-line.tsx';
import { KeyHint } from '../../../src/components/text/key-hints.tsx';
import { render } from '../../harness/render.tsx';

const ASCII = { env: { TERM: 'linux' } };

it('a sparkline has a bar for each of the newest values, in what the terminal draws', async () => {
  const app = await render(<Sparkline values={[9, 0, 1, 2, 3, 4, 5, 6, 7]} width={8} />);
  expect(app.lines()[0]).toBe('▁▂▃▄▅▆▇█');
  const plain = await render(<Sparkline values={[0, 7]} width={8} />, ASCII);
  expect(plain.lines()[0]).toMatch(/^[\x21-\x7e]{2}$/);
});

it('a bar is as long as its share, empty while the end is unknown', async () => {
  const app = await render(
    <Box flexDirection="column">
      <ProgressBar fraction={0.5} width={10} />
      <ProgressBar fraction={null} width={10} />
      <ProgressBar fraction={1} width={10} />
    </Box>,
  );
  expect(app.lines().slice(0, 3)).toEqual(['█████░░░░░', '░░░░░░░░░░', '██████████']);
});

it('a line of facts loses its least important ones where it is narrow, and no sequence of theirs gets through', async () => {
  const segments = [
    { text: 'running 24', keep: 1 },
    { text: 'waiting\u001b[2J 430', keep: 3 },
    { text: 'failed 0', keep: 2 },
  ];
  const wide = await render(<StatusLine segments={segments} width={60} />);
  expect(wide.lines()[0]).toBe('running 24   waiting 430   failed 0');
  const narrow = await render(<StatusLine segments={segments} width={24} gap={1} />);
  expect(narrow.lines()[0]).toBe('running 24 failed 0');
});

it('a key is named with what it does', async () => {
  const app = await render(<KeyHint keyName="Enter" label="next step" />);
  expect(app.lines()[0]).toBe('Enter next step');
});
