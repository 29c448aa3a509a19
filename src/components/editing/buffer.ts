import { sanitizeLine, sanitizeText } from '../../domain/text/sanitize.ts';
import type { KeyName } from '../../keys/binding.ts';
import { fieldBindings } from '../../keys/bindings/editing.ts';
import { clusterEnd, clusterStart, snap, wordLeft, wordRight } from './clusters.ts';
import { columnOf, layoutText, offsetAt, rowOf } from './text-layout.ts';

interface Snapshot {
  readonly text: string;
  readonly cursor: number;
}

/** Text being edited. `cursor` is a UTF-16 offset and always on a grapheme boundary. */
export interface TextBuffer extends Snapshot {
  readonly past: readonly Snapshot[];
  readonly future: readonly Snapshot[];
  /** What the last change was, so that a run of typing is one step to undo. */
  readonly run: 'type' | 'delete' | null;
  /** The column that moving up and down keeps to; null when the last move was sideways. */
  readonly goal: number | null;
}

export type Motion =
  | 'left'
  | 'right'
  | 'word-left'
  | 'word-right'
  | 'line-start'
  | 'line-end'
  | 'text-start'
  | 'text-end';

export type EditAction =
  | { readonly type: 'insert'; readonly text: string }
  /** As `insert`, but a step of its own to undo. */
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'move'; readonly to: Motion }
  /** To a UTF-16 offset, or the boundary after it. */
  | { readonly type: 'jump'; readonly offset: number }
  | { readonly type: 'delete'; readonly to: Motion }
  /** Up (negative) or down by rows as wrapped to `width` columns. */
  | { readonly type: 'rows'; readonly by: number; readonly width: number }
  | { readonly type: 'undo' }
  | { readonly type: 'redo' }
  /** The value changed from outside. */
  | { readonly type: 'replace'; readonly text: string };

const UNDO_LIMIT = 200;

export function createBuffer(text: string, cursor: number = text.length): TextBuffer {
  return { text, cursor: snap(text, cursor), past: [], future: [], run: null, goal: null };
}

/** Pure: the buffer after the action. `multiline` false makes every line end that comes in a space. */
export function edit(buffer: TextBuffer, action: EditAction, multiline: boolean): TextBuffer {
  switch (action.type) {
    case 'insert':
      return insert(buffer, clean(action.text, multiline), 'type');
    case 'paste':
      return { ...insert(buffer, clean(action.text, multiline), null), run: null };
    case 'move':
      return { ...buffer, cursor: target(buffer, action.to), run: null, goal: null };
    case 'jump':
      return { ...buffer, cursor: snap(buffer.text, action.offset), run: null, goal: null };
    case 'delete':
      return remove(buffer, target(buffer, action.to));
    case 'rows':
      return moveRows(buffer, action.by, action.width);
    case 'undo':
      return step(buffer, buffer.past, 'undo');
    case 'redo':
      return step(buffer, buffer.future, 'redo');
    case 'replace':
      return action.text === buffer.text ? buffer : changed(buffer, action.text, action.text.length, null);
  }
}

const clean = (text: string, multiline: boolean): string => (multiline ? sanitizeText(text) : sanitizeLine(text));

function changed(buffer: TextBuffer, text: string, cursor: number, run: TextBuffer['run']): TextBuffer {
  const joins = run !== null && run === buffer.run;
  const past = joins ? buffer.past : [...buffer.past, { text: buffer.text, cursor: buffer.cursor }].slice(-UNDO_LIMIT);
  return { text, cursor: snap(text, cursor), past, future: [], run, goal: null };
}

function insert(buffer: TextBuffer, inserted: string, run: TextBuffer['run']): TextBuffer {
  if (inserted === '') return buffer;
  const text = buffer.text.slice(0, buffer.cursor) + inserted + buffer.text.slice(buffer.cursor);
  // A space or line end closes the run: undo then takes back a word at a time.
  const next = changed(buffer, text, buffer.cursor + inserted.length, run);
  return /\s$/u.test(inserted) ? { ...next, run: null } : next;
}

function remove(buffer: TextBuffer, to: number): TextBuffer {
  const from = Math.min(buffer.cursor, to);
  const until = Math.max(buffer.cursor, to);
  if (from === until) return buffer;
  return changed(buffer, buffer.text.slice(0, from) + buffer.text.slice(until), from, 'delete');
}

function target({ text, cursor }: TextBuffer, to: Motion): number {
  switch (to) {
    case 'left':
      return clusterStart(text, cursor);
    case 'right':
      return clusterEnd(text, cursor);
    case 'word-left':
      return wordLeft(text, cursor);
    case 'word-right':
      return wordRight(text, cursor);
    case 'line-start':
      return cursor === 0 ? 0 : text.lastIndexOf('\n', cursor - 1) + 1;
    case 'line-end': {
      const end = text.indexOf('\n', cursor);
      return end < 0 ? text.length : end;
    }
    case 'text-start':
      return 0;
    case 'text-end':
      return text.length;
  }
}

function moveRows(buffer: TextBuffer, by: number, width: number): TextBuffer {
  const rows = layoutText(buffer.text, width);
  const from = rowOf(rows, buffer.cursor);
  const current = rows[from];
  if (current === undefined) return buffer;
  const goal = buffer.goal ?? columnOf(buffer.text, current, buffer.cursor);
  const to = Math.max(0, Math.min(rows.length - 1, from + by));
  const row = rows[to];
  if (row === undefined || to === from) {
    const cursor = by < 0 ? 0 : buffer.text.length;
    return { ...buffer, cursor, run: null, goal };
  }
  const last = rows[to + 1]?.start !== row.end;
  return { ...buffer, cursor: offsetAt(buffer.text, row, goal, last), run: null, goal };
}

function step(buffer: TextBuffer, from: readonly Snapshot[], direction: 'undo' | 'redo'): TextBuffer {
  const snapshot = from.at(-1);
  if (snapshot === undefined) return buffer;
  const here: Snapshot = { text: buffer.text, cursor: buffer.cursor };
  const rest = from.slice(0, -1);
  return {
    ...snapshot,
    past: direction === 'undo' ? rest : [...buffer.past, here],
    future: direction === 'undo' ? [...buffer.future, here] : rest,
    run: null,
    goal: null,
  };
}

type FieldId = (typeof fieldBindings)[number]['id'];

const FIELD_EDITS: Readonly<Record<Exclude<FieldId, 'field.leave'>, EditAction>> = {
  'field.left': { type: 'move', to: 'left' },
  'field.right': { type: 'move', to: 'right' },
  'field.word-left': { type: 'move', to: 'word-left' },
  'field.word-right': { type: 'move', to: 'word-right' },
  'field.line-start': { type: 'move', to: 'line-start' },
  'field.backspace': { type: 'delete', to: 'left' },
  'field.delete': { type: 'delete', to: 'right' },
  'field.delete-word': { type: 'delete', to: 'word-left' },
  'field.delete-word-after': { type: 'delete', to: 'word-right' },
  'field.delete-to-start': { type: 'delete', to: 'line-start' },
  'field.delete-to-end': { type: 'delete', to: 'line-end' },
  'field.undo': { type: 'undo' },
  'field.redo': { type: 'redo' },
};

/** What an editing key does to the buffer; null when it is none. */
export function editForKey(name: KeyName): EditAction | null {
  const binding = fieldBindings.find((candidate) => (candidate.keys as readonly KeyName[]).includes(name));
  return binding === undefined || binding.id === 'field.leave' ? null : FIELD_EDITS[binding.id];
}
