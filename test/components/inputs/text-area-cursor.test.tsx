import { type ReactNode, useState } from 'react';
import { describe, expect, it } from 'vitest';
import type { BufferMemory } from '../../../src/components/editing/use-buffer.ts';
import { TextArea } from '../../../src/components/inputs/text-area.tsx';
import { render } from '../../harness/render.tsx';

interface AreaProps {
  readonly initial: string;
  readonly jump?: { readonly offset: number } | null;
  readonly memory?: BufferMemory;
  readonly cursors?: number[];
}

function Area({ initial, jump = null, memory, cursors }: AreaProps): ReactNode {
  const [value, setValue] = useState(initial);
  return (
    <TextArea
      value={value}
      onChange={setValue}
      width={30}
      height={4}
      focus
      jump={jump}
      {...(memory === undefined ? {} : { memory })}
      {...(cursors === undefined ? {} : { onCursor: (offset) => cursors.push(offset) })}
    />
  );
}

describe('TextArea, placed by its owner', () => {
  it('puts the cursor where a new jump says, and leaves it alone after', async () => {
    const cursors: number[] = [];
    const there = { offset: 4 };
    const app = await render(<Area initial="one two" cursors={cursors} />);
    await app.rerender(<Area initial="one two" cursors={cursors} jump={there} />);
    await app.type('x');
    await app.rerender(<Area initial="one two" cursors={cursors} jump={there} />);
    await app.type('y');
    expect(app.lines()[0]).toBe('one xytwo');
    expect(cursors.filter((offset, index) => offset !== cursors[index - 1])).toEqual([7, 4, 5, 6]);
  });

  it('keeps cursor and undo in its memory while it is away', async () => {
    const memory: BufferMemory = { current: null };
    const app = await render(<Area key="first" initial="one two" memory={memory} />);
    await app.press('home');
    await app.type('zero ');
    await app.rerender(<Area key="second" initial="zero one two" memory={memory} />);
    await app.type('!');
    expect(app.lines()[0]).toBe('zero !one two');
    await app.press('ctrl-z', 'ctrl-z');
    expect(app.lines()[0]).toBe('one two');
  });
});
