import fc from 'fast-check';
import { type ReactNode, useState } from 'react';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { cutPieces } from '../../../src/components/editing/text-layout.ts';
import { TextArea, type TextAreaProps } from '../../../src/components/inputs/text-area.tsx';
import { render } from '../../harness/render.tsx';

const slots = (text: string) =>
  Array.from(text.matchAll(/\{\w+\}/g), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
    tone: 'slot' as const,
  }));

interface AreaProps extends Partial<TextAreaProps> {
  readonly log: string[];
  readonly initial?: string;
}

function Area({ log, initial = '', ...props }: AreaProps): ReactNode {
  const [value, setValue] = useState(initial);
  return (
    <TextArea
      value={value}
      onChange={(text) => {
        log.push(text);
        setValue(text);
      }}
      width={30}
      height={6}
      focus
      highlight={slots}
      onSubmit={(text) => log.push(`submit ${text}`)}
      {...props}
    />
  );
}

describe('cutPieces', () => {
  it('covers the row once, in order', () => {
    fc.assert(
      fc.property(
        fc.nat(20),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.nat(40), { maxLength: 6 }),
        (start, length, ats) => {
          const edges = [...new Set(ats)].sort((a, b) => a - b);
          const spans = edges
            .slice(0, -1)
            .map((from, index) => ({ start: from, end: edges[index + 1] ?? from, tone: 'slot' as const }));
          const pieces = cutPieces(start, start + length, spans, { start: start + 1, end: start + 2 });
          expect(pieces[0]?.start).toBe(start);
          expect(pieces.at(-1)?.end).toBe(start + length);
          for (const [index, piece] of pieces.slice(1).entries()) expect(piece.start).toBe(pieces[index]?.end);
        },
      ),
    );
  });
});

describe('TextArea', () => {
  it('makes new lines with Enter and finishes with Ctrl-S', async () => {
    const log: string[] = [];
    const app = await render(<Area log={log} />);
    await app.type('You are {race}');
    await app.press('enter');
    await app.type('the end');
    await app.press('ctrl-s');
    expect(log.at(-1)).toBe('submit You are {race}\nthe end');
    expect(app.lines().slice(0, 2)).toEqual(['You are {race}', 'the end']);
  });

  it('sends with Enter where its owner says so, makes lines with Ctrl-J, and never sends by a paste', async () => {
    const log: string[] = [];
    const app = await render(<Area log={log} submitOn="enter" />);
    await app.type('a');
    await app.press('ctrl-j');
    await app.paste('b\nc\n');
    await app.type('d\re\rf');
    expect(log.filter((line) => line.startsWith('submit'))).toEqual([]);
    await app.press('enter');
    expect(log.at(-1)).toBe('submit a\nb\nc\nd\ne\nf');
  });

  it('gives Ctrl-E and Esc to the owner', async () => {
    const log: string[] = [];
    const app = await render(
      <Area log={log} initial="text" onEditor={(text) => log.push(`edit ${text}`)} onLeave={() => log.push('leave')} />,
    );
    await app.press('ctrl-e', 'escape');
    expect(log).toEqual(['edit text', 'leave']);
  });

  it('undoes and redoes', async () => {
    const log: string[] = [];
    const app = await render(<Area log={log} />);
    await app.type('one ');
    await app.type('two');
    await app.press('ctrl-z');
    expect(log.at(-1)).toBe('one ');
    await app.press('ctrl-y');
    expect(log.at(-1)).toBe('one two');
  });

  it('stays in its box with wide text, emoji and what a terminal would obey', async () => {
    const nasty = `${'小精灵'.repeat(30) + '👩‍👩‍👧'.repeat(10)}\x1b]0;title\x07\x1b[2J\x9b31m${'e\u0301'.repeat(50)}`;
    const app = await render(<Area log={[]} initial={nasty} />, { columns: 40 });
    expect(app.lines().slice(6).join('')).toBe('');
    for (const line of app.lines()) expect(stringWidth(line)).toBeLessThanOrEqual(30);
    expect(app.raw()).not.toMatch(/\x1b\]0;title|\x1b\[2J|\x9b31m/);
  });

  it('edits in the middle of a line of 100 kB, with only its rows on screen', async () => {
    const log: string[] = [];
    const app = await render(<Area log={log} initial={'lorem ipsum '.repeat(9_000)} />);
    await app.press('ctrl-home', 'pagedown', 'pagedown');
    await app.type('HERE');
    expect(app.frame()).toContain('HERE');
    expect(log.at(-1)).toHaveLength(108_004);
    expect(app.lines().filter((line) => line !== '').length).toBeLessThanOrEqual(6);
  });
});
