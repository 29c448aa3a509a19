import { describe, expect, it } from 'vitest';
import { Histogram } from '../../../src/components/charts/histogram.tsx';
import { render } from '../../harness/render.tsx';

const lines = async (node: Parameters<typeof render>[0]) =>
  (await render(node))
    .lines()
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');

describe('Histogram', () => {
  it('draws bars in proportion, none for zero, and at least one cell for one', async () => {
    const drawn = await lines(
      <Histogram
        bars={[
          { label: 'elf', count: 100 },
          { label: '小精灵', count: 1 },
          { label: 'orc', count: 0 },
        ]}
        width={40}
        height={5}
      />,
    );
    expect(drawn[0]).toMatch(/^elf {4}100 █{29}$/);
    expect(drawn[1]).toMatch(/^小精灵 {3}1 █$/);
    expect(drawn[2]).toMatch(/^orc {6}0$/);
  });

  it('sums up what does not fit', async () => {
    const bars = Array.from({ length: 9 }, (_, index) => ({ label: `v${index}`, count: index }));
    const drawn = await lines(<Histogram bars={bars} width={30} height={4} />);
    expect(drawn).toHaveLength(4);
    expect(drawn.at(-1)).toBe('and 6 more');
  });
});
