import { expect, it } from 'vitest';
import { ScrollText } from '../../../src/components/text/scroll-text.tsx';
import { render } from '../../harness/render.tsx';

it('ScrollText draws marked stretches whole, wherever a row ends', async () => {
  const text = 'an elf with an owl\n\nand a dwarf';
  const spans = [
    { start: 3, end: 6, tone: 'slot' as const },
    { start: 12, end: 25, tone: 'error' as const },
  ];
  const app = await render(<ScrollText text={text} spans={spans} width={12} height={5} focus={false} />);
  expect(app.lines().slice(0, 4)).toEqual(['an elf with', 'an owl', '', 'and a dwarf']);
});
