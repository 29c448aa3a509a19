import fc from 'fast-check';
import { type ReactNode, useState } from 'react';
import { describe, expect, it } from 'vitest';
import { snap } from '../../../src/components/editing/clusters.ts';
import { TextField, visiblePart, widthBetween } from '../../../src/components/inputs/text-field.tsx';
import { render } from '../../harness/render.tsx';

interface OneProps {
  readonly log: string[];
  readonly initial?: string;
  readonly width?: number;
  readonly masked?: boolean;
}

function One({ log, initial = '', width = 20, masked = false }: OneProps): ReactNode {
  const [value, setValue] = useState(initial);
  return (
    <TextField
      value={value}
      onChange={(text) => {
        log.push(text);
        setValue(text);
      }}
      width={width}
      focus
      masked={masked}
      onSubmit={(text) => log.push(`submit ${text}`)}
      onLeave={() => log.push('leave')}
      placeholder="name"
    />
  );
}

describe('visiblePart', () => {
  it('always shows the cursor, within the width', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.nat(80),
        fc.nat(80),
        fc.integer({ min: 3, max: 30 }),
        (text, at, from, width) => {
          const cursor = snap(text, at);
          const part = visiblePart(text, cursor, snap(text, from), width);
          expect(part.start).toBeLessThanOrEqual(cursor);
          expect(part.end).toBeGreaterThanOrEqual(cursor);
          expect(widthBetween(text, part.start, part.end)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});

describe('TextField', () => {
  it('edits by graphemes', async () => {
    const log: string[] = [];
    const app = await render(<One log={log} />);
    await app.type('héllo wörld 👩‍👩‍👧');
    await app.press('backspace', 'ctrl-w', 'ctrl-a');
    await app.type('¡');
    await app.press('ctrl-e', 'backspace');
    expect(log.at(-1)).toBe('¡héllo');
    await app.press('ctrl-a', 'right', 'ctrl-k', 'ctrl-z');
    expect(log.at(-1)).toBe('¡héllo');
    await app.press('ctrl-y');
    expect(log.at(-1)).toBe('¡');
  });

  it('takes digits and command keys for text, Enter for done, Esc for leaving', async () => {
    const log: string[] = [];
    const app = await render(<One log={log} />);
    await app.type('1:?/q');
    await app.press('enter', 'escape');
    expect(log).toEqual(['1:?/q', 'submit 1:?/q', 'leave']);
  });

  it('never submits by a paste, and makes it one line', async () => {
    const log: string[] = [];
    const app = await render(<One log={log} />);
    await app.paste('one\ntwo\n');
    await app.type('three\rfour\r');
    expect(log.filter((line) => line.startsWith('submit'))).toEqual([]);
    expect(log.at(-1)).toBe('one two three four ');
  });

  it('keeps escape sequences and wide text inside its width', async () => {
    const app = await render(<One log={[]} width={12} />, { columns: 14 });
    await app.paste('\x1b[2J小精灵弓箭手小精灵弓箭手');
    expect(app.raw()).not.toContain('\x1b[2J小');
    expect(app.lines()[0]).toContain('箭手');
    expect(app.lines()[1]).toBe('');
    await app.press('ctrl-a');
    expect(app.lines()[0]).toMatch(/^小精灵/);
  });

  it('shows a key as dots only', async () => {
    const app = await render(<One log={[]} masked />);
    await app.type('sk-secret');
    expect(app.frame()).toContain('•••••••••');
    expect(app.raw()).not.toContain('secret');
  });

  it('takes a value that comes from outside', async () => {
    const props = { onChange: () => undefined, width: 20, focus: true };
    const app = await render(<TextField value="first" {...props} />);
    await app.rerender(<TextField value="second" {...props} />);
    expect(app.frame()).toContain('second');
  });
});
