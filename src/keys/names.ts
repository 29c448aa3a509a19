import type { KeyName } from './types.ts';

const SPOKEN: Readonly<Record<string, string>> = {
  enter: 'Enter',
  escape: 'Esc',
  tab: 'Tab',
  'shift-tab': 'Shift-Tab',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  home: 'Home',
  end: 'End',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  backspace: 'Backspace',
  delete: 'Del',
  space: 'Space',
};

/** A key as a person reads it: `ctrl-o` is `Ctrl-O`, `meta-b` is `Alt-B`, `enter` is `Enter`. */
export function keyLabel(key: KeyName): string {
  const spoken = SPOKEN[key];
  if (spoken !== undefined) return spoken;
  const modified = /^(ctrl|meta)-(.+)$/.exec(key);
  if (modified === null) return key;
  const [, modifier, rest = ''] = modified;
  const base = SPOKEN[rest] ?? (rest.length === 1 ? rest.toUpperCase() : rest);
  return `${modifier === 'ctrl' ? 'Ctrl' : 'Alt'}-${base}`;
}

/** True for keys that are text while a text field has the focus. */
export function isPrintable(key: KeyName): boolean {
  return key === 'space' || Array.from(key).length === 1;
}
