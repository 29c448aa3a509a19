import type { KeyName } from '../../src/keys/binding.ts';

const SEQUENCES: Readonly<Record<string, string>> = {
  enter: '\r',
  // A bare ESC waits 20 ms for more; the kitty form says at once that it was the key.
  escape: '\x1b[27u',
  tab: '\t',
  'shift-tab': '\x1b[Z',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  home: '\x1b[H',
  end: '\x1b[F',
  pageup: '\x1b[5~',
  pagedown: '\x1b[6~',
  delete: '\x1b[3~',
  backspace: '\x7f',
  space: ' ',
  'ctrl-left': '\x1b[1;5D',
  'ctrl-right': '\x1b[1;5C',
  'ctrl-home': '\x1b[1;5H',
  'ctrl-end': '\x1b[1;5F',
  'ctrl-j': '\n',
};

/** What a terminal sends for a key. */
export function sequenceOf(name: KeyName): string {
  const known = SEQUENCES[name];
  if (known !== undefined) return known;
  const control = /^ctrl-([a-z_\]\\^])$/.exec(name)?.[1];
  if (control !== undefined) return String.fromCharCode(control.toUpperCase().charCodeAt(0) - 64);
  const meta = /^meta-(.+)$/.exec(name)?.[1];
  if (meta !== undefined) return `\x1b${SEQUENCES[meta] ?? meta}`;
  return name;
}

/** A bracketed paste; terminals send line ends as carriage returns. */
export const pasteSequence = (text: string): string => `\x1b[200~${text.replaceAll('\n', '\r')}\x1b[201~`;

const BUTTONS = { click: 0, 'wheel-up': 64, 'wheel-down': 65 } as const;

/** What a terminal in SGR mode sends for a press of the mouse at a cell, from 0; a click is let go as well. */
export function mouseSequence(kind: keyof typeof BUTTONS, column: number, row: number): string {
  const report = `\x1b[<${BUTTONS[kind]};${column + 1};${row + 1}`;
  return kind === 'click' ? `${report}M${report}m` : `${report}M`;
}
