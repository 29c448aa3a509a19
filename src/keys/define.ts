import type { Binding } from './types.ts';

export type BindingTable = readonly Binding[];

/** A table with the name of the place where its bindings are heard, for help and docs/keybindings.md. */
export interface BindingSet {
  /** Screen, or the kind of component, as a person calls it: `Dataset`. */
  readonly place: string;
  /** The view within the screen; null when the bindings hold in all of it. */
  readonly view: string | null;
  /** Who hears them: everything, a screen, or a component that has the focus. */
  readonly kind: 'global' | 'screen' | 'component';
  readonly bindings: BindingTable;
}

export type BindingId<T extends BindingTable> = T[number]['id'];

/** What a binding does now. A bare function is a binding that can always run. */
export type KeyHandler = (() => void) | { readonly run: () => void; readonly disabledReason?: string | null };

/** A handler by binding id; a binding without one is not live in this view. */
export type KeyHandlers<T extends BindingTable> = { readonly [K in BindingId<T>]?: KeyHandler };
