/**
 * A key as bindings write it: a printable character (`a`, `A`, `?`, ` ` is `space`), or a name: `enter`,
 * `escape`, `tab`, `shift-tab`, `up`, `down`, `left`, `right`, `home`, `end`, `pageup`, `pagedown`,
 * `backspace`, `delete`, `ctrl-<letter>`.
 */
export type KeyName = string;

/** Who hears a key first: an open dialog, then the focused field, then the screen, then everything. */
export type KeyScope = 'dialog' | 'field' | 'screen' | 'global';

/** A binding is data: the footer, help, palette and docs/keybindings.md all come from it. */
export interface Binding {
  /** Unique, dotted, stable: `dataset.accept`. */
  readonly id: string;
  readonly keys: readonly KeyName[];
  readonly label: string;
  /** The longer sentence for help and docs; the label when absent. */
  readonly help?: string;
  /** 1 is most useful; the footer shows the best six that are enabled. Absent: not in the footer. */
  readonly hint?: number;
}

/** A binding on a live screen: what it does, and why it cannot now. */
export interface LiveBinding extends Binding {
  readonly run: () => void;
  /** Null when it can run. */
  readonly disabledReason: string | null;
}
