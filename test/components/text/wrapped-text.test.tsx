import { expect, it } from 'vitest';
import { WrappedText, wrappedWithin } from '../../../src/components/text/wrapped-text.tsx';
import { render } from '../../harness/render.tsx';

it('wraps a text to its end, and cuts only the last of too few rows', async () => {
  const text = 'one two three four five six seven';
  const whole = await render(<WrappedText text={`${text}\u001b[2J`} width={10} />);
  expect(whole.frame().replaceAll(/\s+/g, ' ').trim()).toBe(text);
  const cut = await render(<WrappedText text={text} width={10} rows={2} />);
  expect(cut.lines()[1]).toBe('three fou…');
  expect(cut.lines()[2]).toBe('');
  expect(wrappedWithin(text, 10, 2)[1]).toBe('three four five six seven');
});
