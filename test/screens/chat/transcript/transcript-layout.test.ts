import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutText } from '../../../../src/components/editing/text-layout.ts';
import { packIntoRows } from '../../../../src/components/text/packed.ts';
import type { ChatReply, ChatTurn } from '../../../../src/domain/chat/types.ts';
import { replyNotes, wrapText } from '../../../../src/screens/chat/transcript/reply-layout.ts';
import {
  anchorAt,
  besideOf,
  firstVisibleRow,
  fitsBeside,
  layoutTranscript,
  revealTurn,
  rowOfTurn,
  scrollAnchor,
  type TranscriptShape,
  turnAt,
} from '../../../../src/screens/chat/transcript/transcript-layout.ts';

const reply = (text: string, change: Partial<ChatReply> = {}): ChatReply => ({
  model: 'base',
  text,
  status: 'done',
  answer: null,
  costUsd: null,
  error: null,
  ...change,
});
const turn = (id: string, user: string, ...replies: ChatReply[]): ChatTurn => ({ id, system: '', user, replies });
const shape: TranscriptShape = { width: 79, column: 0, gap: ' · ', busy: false, unfolded: false };
const lines = (count: number): string => Array.from({ length: count }, (_, line) => `line ${line}`).join('\n');

describe('text that grows', () => {
  it('is wrapped as if it had come at once', () => {
    const piece = fc.string({
      unit: fc.constantFrom('a', 'bc', ' ', '\n', '小', 'e\u0301', '👩', '\u200d', '\x1b', '[3'),
    });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 2, max: 12 }), (pieces, width) => {
        let text = '';
        let grown = wrapText('', width);
        for (const more of pieces) {
          text += more;
          grown = wrapText(text, width, grown);
        }
        expect(grown).toEqual(wrapText(text, width));
        if (grown.safe !== '') expect(grown.rows).toEqual(layoutText(grown.safe, width));
      }),
      { numRuns: 500 },
    );
  });

  it('has no rows before there is something to see', () => {
    expect(wrapText('\n \n', 10).rows).toEqual([]);
    expect(wrapText('\n\nHi\n\n', 10).rows).toHaveLength(1);
  });
});

describe('what was thought', () => {
  const rows = (one: ChatReply, unfolded: boolean) => {
    const [layout] = layoutTranscript([turn('a', 'Q', one)], { ...shape, width: 40, unfolded }, null).turns;
    if (layout === undefined) throw new Error('There is a turn.');
    return Array.from({ length: layout.height }, (_, index) => rowOfTurn(layout, index)).flatMap((row) =>
      row.kind === 'cells' ? row.cells.map((cell) => cell?.text ?? '') : [],
    );
  };

  it('stands above the answer by its count of words, and whole where it is unfolded', () => {
    const one = reply('Paris', { thoughts: 'Rome?\nNo: Paris.' });
    expect(rows(one, false).slice(0, 2)).toEqual(['thought 3 words first  (t shows them)', 'Paris']);
    expect(rows(one, true).slice(0, 4)).toEqual(['thought 3 words first', 'Rome?', 'No: Paris.', 'Paris']);
  });

  it('is told of where no answer came of it', () => {
    expect(rows(reply('', { thoughts: 'Rome?' }), false)).toContain('(thought, and gave no answer)');
    expect(rows(reply('', { thoughts: 'Rome?', status: 'streaming' }), false)[1]).toBe('thinking');
  });

  it('is laid out anew when it is unfolded', () => {
    const turns = [turn('a', 'Q', reply('Paris', { thoughts: lines(3) }))];
    const folded = layoutTranscript(turns, shape, null);
    const unfolded = layoutTranscript(turns, { ...shape, unfolded: true }, folded);
    expect(unfolded.total - folded.total).toBe(3);
  });
});

describe('the rows under an answer', () => {
  it('are as many while it comes as when it has come', () => {
    const answer = {
      text: 'Hi',
      refusal: null,
      finishReason: 'stop',
      model: 'base',
      limits: null,
      usage: { promptTokens: 1, completionTokens: 96, cachedTokens: 0 },
      firstTokenMs: 250,
      totalMs: 1_200,
    };
    for (const width of [30, 36, 48, 70, 100]) {
      const coming = replyNotes(reply('Hi', { model: 'practice-small', status: 'streaming' }), width, ' · ');
      const done = replyNotes(reply('Hi', { model: 'practice-small', answer, costUsd: 0.000123 }), width, ' · ');
      expect(coming).toHaveLength(done.length);
    }
  });

  it('say what went wrong, in rows of their own', () => {
    const notes = replyNotes(reply('', { status: 'failed', error: 'The server is gone. Try again.' }), 20, ' · ');
    expect(notes.map(({ sign, text }) => [sign, text])).toEqual([
      ['error', 'The server is '],
      [null, 'gone. Try again.'],
    ]);
    expect(replyNotes(reply(''), 40, ' · ')[0]?.text).toBe('(nothing was said)');
  });

  it('hold whole figures', () => {
    expect(packIntoRows(['96 tokens', 'first token 0.25 s', '$0.00'], 30, ' · ')).toEqual([
      '96 tokens · first token 0.25 s',
      '$0.00',
    ]);
  });
});

describe('the layout', () => {
  it('lays out only what has changed', () => {
    const turns = [turn('a', 'One', reply(lines(10))), turn('b', 'Two', reply('Hi', { status: 'streaming' }))];
    const before = layoutTranscript(turns, shape, null);
    const grown = [...turns.slice(0, 1), turn('b', 'Two', reply('Hi there', { status: 'streaming' }))];
    const after = layoutTranscript(grown, shape, before);
    expect(after.turns[0]).toBe(before.turns[0]);
    expect(after.turns[1]?.user).toBe(before.turns[1]?.user);
    expect(after).toEqual(layoutTranscript(grown, shape, null));
  });

  it('shows the system prompt where it changes', () => {
    const [a, b, c] = ['Be kind.', 'Be kind.', ''].map((system, at) => ({ ...turn(String(at), 'Hi'), system }));
    const turns = [a, b, c].filter((one) => one !== undefined);
    const told = layoutTranscript(turns, shape, null).turns.map(({ system }) => system);
    expect(told).toEqual(['Be kind.', null, '(none)']);
  });

  it('has exactly as many rows as it says', () => {
    const both = [reply(lines(3)), reply('One', { model: 'tuned' })];
    const { turns } = layoutTranscript([turn('a', 'Hi', ...both), turn('b', 'Cut off')], shape, null);
    const kinds = turns.map((one) => Array.from({ length: one.height }, (_, row) => rowOfTurn(one, row).kind));
    expect(kinds).toEqual([
      ['user', 'names', 'cells', 'cells', 'cells', 'gap'],
      ['user', 'cells', 'gap'],
    ]);
  });

  it('puts four answers in two rows of two, each as high as its longest, and says how many rows that takes', () => {
    const four = ['one', 'two', 'three', 'four'].map((model, nth) => reply(lines(nth + 1), { model }));
    const [layout] = layoutTranscript([turn('a', 'Hi', ...four)], shape, null).turns;
    const rows = Array.from({ length: layout?.height ?? 0 }, (_, row) => layout && rowOfTurn(layout, row));
    const kinds = rows.map((row) =>
      row?.kind === 'names' || row?.kind === 'cells' ? `${row.kind} ${row.from}` : row?.kind,
    );
    expect(kinds).toEqual([
      ...['user', 'names 0', 'cells 0', 'cells 0'],
      ...['names 2', 'cells 2', 'cells 2', 'cells 2', 'cells 2', 'gap'],
    ]);
    const cells = rows.flatMap((row) => (row?.kind === 'cells' ? [row.cells.map((cell) => cell?.text ?? '')] : []));
    expect(cells.slice(0, 2)).toEqual([
      ['line 0', 'line 0'],
      ['', 'line 1'],
    ]);
  });

  it('puts answers side by side where each has room', () => {
    expect([fitsBeside(2, 64), fitsBeside(2, 65), fitsBeside(3, 97), fitsBeside(3, 98)]).toEqual([
      ...[false, true, false, true],
    ]);
    const both = turn('a', 'Hi', reply('One'), reply('Two', { model: 'tuned' }));
    expect([1, 2, 3, 4].map((count) => besideOf(count, 79))).toEqual([1, 2, 2, 2]);
    expect([2, 3, 4].map((count) => besideOf(count, 98))).toEqual([2, 3, 2]);
    expect([besideOf(4, 131), besideOf(4, 59)]).toEqual([4, 1]);
    const narrow = layoutTranscript([both], { ...shape, width: 59, column: 5 }, null);
    expect(narrow.turns[0]).toMatchObject({ first: 1, replies: [{ width: 57, text: { safe: 'Two' } }] });
  });
});

describe('scrolling', () => {
  const layout = layoutTranscript([turn('a', 'One', reply(lines(50))), turn('b', 'Two', reply(lines(5)))], shape, null);

  it('keeps to the end until one scrolls up, and again when one comes back', () => {
    expect(firstVisibleRow(layout, null, 10)).toBe(layout.total - 10);
    const up = scrollAnchor(layout, null, 'page-up', 10);
    expect(up).not.toBeNull();
    expect(scrollAnchor(layout, up, 'last', 10)).toBeNull();
    expect(scrollAnchor(layout, null, 'first', 10)).toEqual({ turnId: 'a', row: 0 });
    expect(anchorAt(layout, 0, 500)).toBeNull();
  });

  it('holds the same exchange when the width changes', () => {
    const anchor = anchorAt(layout, layout.starts[1] ?? 0, 3);
    const narrow = layoutTranscript(
      layout.turns.map((one) => one.turn),
      { ...shape, width: 20 },
      layout,
    );
    expect(turnAt(narrow, firstVisibleRow(narrow, anchor, 3))).toBe(1);
  });

  it('brings an exchange into sight, and leaves what is in sight where it is', () => {
    expect(revealTurn(layout, null, 0, 20)).toEqual({ turnId: 'a', row: 0 });
    expect(revealTurn(layout, null, 1, 20)).toBeNull();
    expect(firstVisibleRow(layout, { turnId: 'gone', row: 3 }, 20)).toBe(layout.total - 20);
  });
});
