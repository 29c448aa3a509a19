import { createContext, type ReactNode, useContext, useId, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import type { Binding, BindingTable, KeyHandler, KeyHandlers, KeyScope, LiveBinding } from './binding.ts';
import type { Layer, TextSink } from './registry.ts';
import { useKeyRegistry } from './router.tsx';

/** The dialog one is in; null on the screen itself. */
export const ModalContext = createContext<string | null>(null);

/**
 * While it is mounted, only what is inside receives keys; Ctrl-C alone goes on to everything when nothing inside takes it.
 * The modal opened last is on top.
 */
export function Modal({ children }: { readonly children: ReactNode }): ReactNode {
  const registry = useKeyRegistry();
  const id = useId();
  useLayoutEffect(() => registry.openModal(id), [registry, id]);
  return <ModalContext value={id}>{children}</ModalContext>;
}

function useLayer(scope: KeyScope, active: boolean, content: Pick<Layer, 'bindings' | 'sink' | 'onPaste'>): void {
  const registry = useKeyRegistry();
  const modal = useContext(ModalContext);
  const layer = useRef<Layer | null>(null);
  useLayoutEffect(() => {
    if (!active) return;
    const made: Layer = { scope, modal, bindings: [], sink: null, onPaste: null };
    layer.current = made;
    const remove = registry.add(made);
    return () => {
      layer.current = null;
      remove();
    };
  }, [registry, scope, modal, active]);
  // Every render brings new handlers; the registry notifies its listeners only of what a person would see.
  useLayoutEffect(() => {
    const current = layer.current;
    if (current === null) return;
    current.bindings = content.bindings;
    current.sink = content.sink;
    current.onPaste = content.onPaste;
    registry.layerChanged(current);
  });
}

function liveBinding(binding: Binding, handler: KeyHandler): LiveBinding {
  return typeof handler === 'function'
    ? { ...binding, run: handler, disabledReason: null }
    : { ...binding, run: handler.run, disabledReason: handler.disabledReason ?? null };
}

export interface BindingOptions {
  /** False takes the bindings away without unmounting; true by default. */
  readonly active?: boolean;
}

/**
 * Makes a table live while the component is mounted. A binding whose handler is null is left out. Handlers may be
 * new functions on every render. Screens use scope `screen`; a component that has the focus `field`; dialogs `dialog`.
 */
export function useBindings<const T extends BindingTable>(
  scope: KeyScope,
  table: T,
  handlers: KeyHandlers<T>,
  options: BindingOptions = {},
): void {
  const byId: Readonly<Record<string, KeyHandler | null>> = handlers;
  const bindings = table.flatMap((binding) => {
    const handler = byId[binding.id] ?? null;
    return handler === null ? [] : [liveBinding(binding, handler)];
  });
  useLayer(scope, options.active ?? true, { bindings, sink: null, onPaste: null });
}

/**
 * A text field: while `active`, everything printable and every paste goes to `sink`. `shown` are the bindings it would
 * have in the footer; they must be handled by `sink.onKey` too.
 */
export function useTextSink(active: boolean, sink: TextSink, shown: readonly LiveBinding[] = []): void {
  useLayer('field', active, { bindings: shown, sink, onPaste: null });
}

/** Receives a paste while no text field has the focus: a list of slot values, say. */
export function usePasteHandler(active: boolean, onPaste: (text: string) => void): void {
  useLayer('screen', active, { bindings: [], sink: null, onPaste });
}

/** What can be pressed now, in the order in which keys reach it: for a footer. */
export function useReachableBindings(): readonly LiveBinding[] {
  const registry = useKeyRegistry();
  return useSyncExternalStore(registry.subscribe, registry.reachable);
}

/** Everything the screen under the dialogs can do, disabled bindings with their reasons: for help and palette. */
export function useScreenBindings(): readonly LiveBinding[] {
  const registry = useKeyRegistry();
  return useSyncExternalStore(registry.subscribe, registry.all);
}
