import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBuffer, type EditAction, edit, type TextBuffer } from '../../../src/components/editing/buffer.ts';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const boundaries = (text: string): ReadonlySet<number> =>
  new Set([...Array.from(segmenter.segment(text), (part) => part.index), text.length]);

const piece = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.constantFrom(
    'e\u0301',
    '\u0301',
    '👩‍👩‍👧',
    '🇩🇪',
    '🇩',
    '한국어',
    '小精灵',
    '\n',
    ' two words ',
    '\x1b[31mred',
    '\t',
    '\r\n',
  ),
);
const motion = fc.constantFrom(
  'left' as const,
  'right' as const,
  'word-left' as const,
  'word-right' as const,
  'line-start' as const,
  'line-end' as const,
  'text-start' as const,
  'text-end' as const,
);
const action: fc.Arbitrary<EditAction> = fc.oneof(
  piece.map((text): EditAction => ({ type: 'insert', text })),
  piece.map((text): EditAction => ({ type: 'paste', text })),
  motion.map((to): EditAction => ({ type: 'move', to })),
  motion.map((to): EditAction => ({ type: 'delete', to })),
  fc
    .record({ by: fc.integer({ min: -3, max: 3 }), width: fc.integer({ min: 1, max: 12 }) })
    .map((rows): EditAction => ({ type: 'rows', ...rows })),
  fc.constant<EditAction>({ type: 'undo' }),
  fc.constant<EditAction>({ type: 'redo' }),
);
const play = (actions: readonly EditAction[], start: TextBuffer, multiline = true): TextBuffer =>
  actions.reduce((buffer, one) => edit(buffer, one, multiline), start);

describe('editing', () => {
  it('keeps the cursor on a grapheme boundary within the text, whatever is done', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 25 }), fc.boolean(), (actions, multiline) => {
        let buffer = createBuffer('');
        for (const one of actions) {
          buffer = edit(buffer, one, multiline);
          expect(boundaries(buffer.text).has(buffer.cursor)).toBe(true);
        }
      }),
    );
  });

  it('lets nothing in that a terminal would obey, and no line end into one line', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 25 }), (actions) => {
        expect(play(actions, createBuffer('')).text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
        expect(play(actions, createBuffer(''), false).text).not.toContain('\n');
      }),
    );
  });

  it('undoes everything and redoes everything', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
        const changes = actions.filter((one) => one.type !== 'undo' && one.type !== 'redo');
        const end = play(changes, createBuffer('start'));
        let back = end;
        for (let step = 0; step <= changes.length; step++) back = edit(back, { type: 'undo' }, true);
        expect(back.text).toBe('start');
        let forth = back;
        for (let step = 0; step <= changes.length; step++) forth = edit(forth, { type: 'redo' }, true);
        expect(forth.text).toBe(end.text);
      }),
    );
  });

  it('goes one grapheme to the left and back', () => {
    fc.assert(
      fc.property(piece, piece, (a, b) => {
        const start = play([{ type: 'insert', text: a + b }], createBuffer(''));
        const left = edit(start, { type: 'move', to: 'left' }, true);
        expect(edit(left, { type: 'move', to: 'right' }, true).cursor).toBe(start.cursor);
      }),
    );
  });

  it('takes a whole emoji away at once', () => {
    const typed = play([{ type: 'insert', text: 'a👩‍👩‍👧🇩🇪' }], createBuffer(''));
    const once = edit(typed, { type: 'delete', to: 'left' }, true);
    expect(once.text).toBe('a👩‍👩‍👧');
    expect(edit(once, { type: 'delete', to: 'left' }, true).text).toBe('a');
  });

  it('undoes a word of typing at a time, and a paste as a whole', () => {
    const letters = Array.from('one two', (text): EditAction => ({ type: 'insert', text }));
    const typed = play([...letters, { type: 'paste', text: ' pasted text' }], createBuffer(''));
    const first = edit(typed, { type: 'undo' }, true);
    expect(first.text).toBe('one two');
    expect(edit(first, { type: 'undo' }, true).text).toBe('one ');
  });

  it('moves by words and deletes them', () => {
    const at = (buffer: TextBuffer) => [buffer.text.slice(0, buffer.cursor), buffer.text.slice(buffer.cursor)];
    const start = createBuffer('a long-bow, élan');
    const word = edit(start, { type: 'move', to: 'word-left' }, false);
    expect(at(word)).toEqual(['a long-bow, ', 'élan']);
    expect(edit(start, { type: 'delete', to: 'word-left' }, false).text).toBe('a long-bow, ');
    expect(at(edit(createBuffer('go on', 0), { type: 'move', to: 'word-right' }, false))).toEqual(['go', ' on']);
  });

  it('keeps to its column over a short line', () => {
    const start = createBuffer('long line\nx\nlong line', 6);
    const down = (buffer: TextBuffer) => edit(buffer, { type: 'rows', by: 1, width: 40 }, true);
    expect(down(start).cursor).toBe(11);
    expect(down(down(start)).cursor).toBe(18);
  });
});
