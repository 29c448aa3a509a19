import { describe, expect, it } from 'vitest';
import { LineChart } from '../../../src/components/charts/line-chart.tsx';
import { render } from '../../harness/render.tsx';

const falling = { name: 'train', points: [3, 2, 1, 0.5].map((y, x) => ({ x: x + 1, y })) };

describe('Chart', () => {
  it('names each series with its newest value and draws within its size', async () => {
    const app = await render(
      <LineChart series={[falling, { name: 'valid', points: [{ x: 4, y: 0.9 }] }]} width={40} height={10} />,
    );
    const lines = app.lines().map((line) => line.trimEnd());
    expect(lines[0]).toMatch(/● train 0\.50\s+◆ valid 0\.90/);
    expect(lines.filter((line) => line !== '')).toHaveLength(10);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(lines.join('\n')).toContain('step');
    expect(lines.join('')).toMatch(/[\u2801-\u28ff]/);
  });

  it('draws signs where the terminal has no braille', async () => {
    const app = await render(<LineChart series={[falling]} width={40} height={10} />, { env: { TERM: 'linux' } });
    expect(app.frame()).not.toMatch(/[\u2800-\u28ff]/);
    expect(app.frame()).toContain('*');
  });

  it('marks the ends of epochs and the best step on its axis, and says what the signs are', async () => {
    const marks = [
      { x: 2, kind: 'epoch' },
      { x: 4, kind: 'epoch' },
      { x: 3, kind: 'best' },
    ] as const;
    const app = await render(<LineChart series={[falling]} width={70} height={10} marks={marks} />);
    const axis = app.lines().find((line) => line.includes('└')) ?? '';
    expect(axis).toMatch(/└─+┴─+↑─+┴$/);
    expect(app.frame()).toContain('step, ┴ epoch ends, ↑ best on held-out rows');
  });

  it('draws each curve as a row of bars where there is no room for axes', async () => {
    const valid = { name: 'full valid', points: [4, 3, 1].map((y, x) => ({ x, y })) };
    const app = await render(<LineChart series={[falling, valid]} width={40} height={3} empty="Nothing." />);
    expect(app.frame()).not.toContain('Nothing.');
    expect(app.lines().filter((line) => line.trim() !== '')).toEqual([
      expect.stringMatching(/^● train 0\.50 █[▁-█]{2}▁ *$/),
      expect.stringMatching(/^◆ full valid 1\.00 █[▁-█]▁ *$/),
    ]);
  });

  it('says so while there is nothing to draw', async () => {
    const app = await render(<LineChart series={[]} width={40} height={10} empty="Waiting for the first step." />);
    expect(app.frame()).toContain('Waiting for the first step.');
  });

  it('does not let a series name reach the terminal raw', async () => {
    const app = await render(<LineChart series={[{ ...falling, name: '\u001b[31mred' }]} width={40} height={10} />);
    expect(app.raw()).not.toContain('\u001b[31mred');
    expect(app.frame()).toContain('red 0.50');
  });
});
