import { describe, expect, it } from 'vitest';
import { ScrollText } from '../../../src/components/text/scroll-text.tsx';
import { render } from '../../harness/render.tsx';

const long = Array.from({ length: 5_000 }, (_, line) => `line ${line} \x1b[2J`).join('\n');

describe('ScrollText', () => {
  it('shows a window of a long text and where it is', async () => {
    const app = await render(<ScrollText text={long} width={40} height={10} focus />);
    expect(app.lines()[0]).toBe('line 0');
    expect(app.lines()[9]).toBe('1-9 of 5000 lines');
    await app.press('G');
    expect(app.lines()[8]).toBe('line 4999');
    await app.press('k', 'pageup');
    expect(app.lines()[0]).toBe('line 4982');
    expect(app.raw()).not.toContain('\x1b[2J');
    expect(app.lines().slice(10).join('')).toBe('');
  });

  it('follows what arrives until one scrolls up, and again from the end', async () => {
    const at = (lines: number) => (
      <ScrollText
        text={Array.from({ length: lines }, (_, line) => `line ${line}`).join('\n')}
        width={40}
        height={5}
        focus
        follow
      />
    );
    const app = await render(at(20));
    expect(app.frame()).toContain('line 19');
    await app.press('up');
    await app.rerender(at(30));
    expect(app.frame()).not.toContain('line 29');
    await app.press('G');
    await app.rerender(at(40));
    expect(app.frame()).toContain('line 39');
  });
});
