import type { Key } from 'ink';
import { segmentGraphemes } from '../domain/text/segmenter.ts';
import type { KeyName } from './binding.ts';
import type { MousePress } from './mouse-areas.ts';

/**
 * What the terminal sent, in the router's words. `text` may be several characters of one chunk, with `\r` and `\t`
 * among them; what receives it decides whether it is text or keys. `paste` is a bracketed paste.
 */
export type Press =
  | { readonly kind: 'key'; readonly name: KeyName }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'paste'; readonly text: string }
  | { readonly kind: 'mouse'; readonly press: MousePress };

const NAMED: readonly (readonly [keyof Key, KeyName])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
  ['return', 'enter'],
  ['tab', 'tab'],
];

const key = (name: KeyName): Split['head'] => ({ kind: 'key', name });

function namedKey(pressed: Key): KeyName | null {
  const entry = NAMED.find(([flag]) => pressed[flag] === true);
  if (entry === undefined) return null;
  const [, name] = entry;
  if (name === 'tab' && pressed.shift) return 'shift-tab';
  if (pressed.ctrl) return `ctrl-${name}`;
  return pressed.meta ? `meta-${name}` : name;
}

/** Ink's `useInput` arguments as presses; none for keys we have no name for. Two quick Escs come as one event. */
export function normalise(input: string, pressed: Key): readonly Press[] {
  if (pressed.eventType === 'release') return [];
  if (pressed.escape) return pressed.meta ? [key('escape'), key('escape')] : [key('escape')];
  const named = namedKey(pressed);
  if (named !== null) return [key(named)];
  if (input === '\n') return [key('ctrl-j')];
  if (input === '') return [];
  if (pressed.ctrl) return [key(`ctrl-${input === ' ' ? 'space' : input.toLowerCase()}`)];
  if (pressed.meta) return [key(`meta-${input === ' ' ? 'space' : input}`)];
  return [{ kind: 'text', text: input }];
}

const CONTROL_KEYS: Readonly<Record<string, KeyName>> = { '\r': 'enter', '\n': 'enter', '\t': 'tab', ' ': 'space' };
const PRINTABLE_RUN = /^[^\x00-\x1f\x7f]+/;
const INNER_LINE_END = /[\r\n]+[^\r\n]/;

export interface Split {
  readonly head: Exclude<Press, { readonly kind: 'mouse' }>;
  /** What of the chunk is still to be handled. */
  readonly rest: string;
}

/** The first key of a chunk, for what takes keys one by one. */
export function splitKey(text: string): Split {
  const first = segmentGraphemes(text)[Symbol.iterator]().next();
  const grapheme = first.done === true ? text : first.value.segment;
  // A terminal sends no lone CR LF pair for a key; one that comes from a raw paste is one Enter.
  const name = CONTROL_KEYS[grapheme] ?? (grapheme === '\r\n' ? 'enter' : grapheme);
  return { head: key(name), rest: text.slice(grapheme.length) };
}

/**
 * The first piece of a chunk, for a text field: a run of printable text, or one control key. A line end with more text
 * after it cannot have been typed in one chunk: the whole is a paste from a terminal without bracketed paste, and never submits.
 * `leaves`: printable keys that are no text to the field.
 */
export function splitText(text: string, leaves: readonly KeyName[] = []): Split {
  if (INNER_LINE_END.test(text)) return { head: { kind: 'paste', text }, rest: '' };
  const run = PRINTABLE_RUN.exec(text)?.[0];
  if (run === undefined) return splitKey(text);
  const kept = Array.from(run).findIndex((sign) => leaves.includes(CONTROL_KEYS[sign] ?? sign));
  if (kept === 0) return splitKey(text);
  const typed = kept < 0 ? run : Array.from(run).slice(0, kept).join('');
  return { head: { kind: 'text', text: typed }, rest: text.slice(typed.length) };
}
