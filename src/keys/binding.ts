/**
 * A key as bindings write it: a printable character (`a`, `A`, `?`, ` ` is `space`), or a name: `enter`,
 * `escape`, `tab`, `shift-tab`, `up`, `down`, `left`, `right`, `home`, `end`, `pageup`, `pagedown`,
 * `backspace`, `delete`, `ctrl-<letter>`.
 */
export type KeyName = string;

/** What a key reaches first: an open dialog, then the focused field, then the screen, then everything. */
export type KeyScope = 'dialog' | 'field' | 'screen' | 'global';

/** A binding is data: the footer, help, palette and docs/keybindings.md all come from it. */
export interface Binding {
  /** Unique, dotted, stable: `dataset.accept`. */
  readonly id: string;
  readonly keys: readonly KeyName[];
  readonly label: string;
  /** The longer sentence for help and docs; the label when absent. */
  readonly help?: string;
  /** 1 is most useful; the footer shows the best that are enabled, as many as fit. Absent: not in the footer. */
  readonly hint?: number;
}

/** A binding on a live screen: what it does, and why it cannot now. */
export interface LiveBinding extends Binding {
  readonly run: () => void;
  /** Null when it can run. */
  readonly disabledReason: string | null;
}

export type BindingTable = readonly Binding[];

/** A table with the name of the place where its bindings work, for help and docs/keybindings.md. */
export interface BindingSet {
  /** Screen, or the kind of component, as a person calls it: `Dataset`. */
  readonly place: string;
  /** The view within the screen; null when the bindings hold in all of it. */
  readonly view: string | null;
  /** Where they work: everywhere, on one screen, or in a component that has the focus. */
  readonly kind: 'global' | 'screen' | 'component';
  /** What has the focus while the bindings are live, and takes its own keys before them; null where nothing does. */
  readonly focus: FocusKind | null;
  readonly bindings: BindingTable;
}

/** What can have the focus inside a view: panes with lists, tables or long texts, a list that typing narrows, a form, or a text field. */
export type FocusKind = 'list' | 'narrowed list' | 'form' | 'text field' | 'text area';

export type BindingId<T extends BindingTable> = T[number]['id'];

/** What a binding does now. A bare function is a binding that can always run. */
export type KeyHandler = (() => void) | { readonly run: () => void; readonly disabledReason?: string | null };

/**
 * A handler for every binding of the table; null where the binding is not live now, so that its key is free for the
 * next layer and it stands in no footer. A table whose ids are not literals has no handlers: nothing could check them.
 */
export type KeyHandlers<T extends BindingTable> =
  string extends BindingId<T> ? never : Readonly<Record<BindingId<T>, KeyHandler | null>>;

const KEY_LABELS: Readonly<Record<string, string>> = {
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
  const spoken = KEY_LABELS[key];
  if (spoken !== undefined) return spoken;
  const modified = /^(ctrl|meta)-(.+)$/.exec(key);
  if (modified === null) return key;
  const [, modifier, rest = ''] = modified;
  const base = KEY_LABELS[rest] ?? (rest.length === 1 ? rest.toUpperCase() : rest);
  return `${modifier === 'ctrl' ? 'Ctrl' : 'Alt'}-${base}`;
}

/** True for keys that are text while a text field has the focus. */
export function isPrintable(key: KeyName): boolean {
  return key === 'space' || Array.from(key).length === 1;
}
