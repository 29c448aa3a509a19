import { isPrintable, type KeyName, type KeyScope, type LiveBinding } from './binding.ts';
import { MouseAreas } from './mouse-areas.ts';

/** A field that takes text while it has the focus. */
export interface TextSink {
  onText(text: string): void;
  /** Bracketed paste, line ends as they came. Never submits. */
  onPaste(text: string): void;
  /** A key that is not text; false leaves it to the screen. */
  onKey(name: KeyName): boolean;
  /** Printable keys that are no text here but keys of the dialog or the screen. */
  readonly leaves?: readonly KeyName[];
}

/** The keys and text one component takes. */
export interface Layer {
  readonly scope: KeyScope;
  /** The dialog it is in; null on the screen itself. */
  readonly modal: string | null;
  bindings: readonly LiveBinding[];
  sink: TextSink | null;
  /** Receives a paste while no field does. */
  onPaste: ((text: string) => void) | null;
}

const RANK: Readonly<Record<KeyScope, number>> = { dialog: 0, field: 1, screen: 2, global: 3 };
/** Work even while a dialog is open. */
const ALWAYS_ACTIVE: ReadonlySet<KeyName> = new Set(['ctrl-c', 'ctrl-z']);

/** Whether the key is text for the field that has the focus. */
export const isTextOf = (sink: TextSink | null, name: KeyName): boolean =>
  sink !== null && isPrintable(name) && sink.leaves?.includes(name) !== true;

const shapeOf = (layer: Layer): string =>
  JSON.stringify([
    layer.sink !== null,
    layer.sink?.leaves ?? [],
    layer.bindings.map((binding) => [binding.id, binding.label, binding.keys, binding.disabledReason]),
  ]);

/** What each key reaches now. Holds no React; the router and the hooks share one. */
export class KeyRegistry {
  readonly mouse = new MouseAreas();
  private layers: Layer[] = [];
  private shapes = new Map<Layer, string>();
  private modals: string[] = [];
  private listeners = new Set<() => void>();
  private cache = new Map<string, readonly LiveBinding[]>();

  /** Keys reach the layer added last first within its scope. Gives back what removes it. */
  add(layer: Layer): () => void {
    this.layers = [layer, ...this.layers];
    this.layerChanged(layer);
    return () => {
      this.layers = this.layers.filter((other) => other !== layer);
      this.shapes.delete(layer);
      this.changed();
    };
  }

  /** To be called when a layer's bindings are other ones; listeners are called only if a person would see it. */
  layerChanged(layer: Layer): void {
    const shape = shapeOf(layer);
    if (this.shapes.get(layer) === shape) return;
    this.shapes.set(layer, shape);
    this.changed();
  }

  openModal(id: string): () => void {
    this.modals = [...this.modals, id];
    this.changed();
    return () => {
      this.modals = this.modals.filter((other) => other !== id);
      this.changed();
    };
  }

  get modal(): string | null {
    return this.modals.at(-1) ?? null;
  }

  /** The layers a key reaches, in order. */
  layersFor(name: KeyName | null): readonly Layer[] {
    const { modal } = this;
    return this.ordered(modal, name === 'escape').filter(
      (layer) => layer.modal === modal || (layer.scope === 'global' && name !== null && ALWAYS_ACTIVE.has(name)),
    );
  }

  sink(): TextSink | null {
    return this.layersFor(null).find((layer) => layer.sink !== null)?.sink ?? null;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** What can be pressed at this moment: for the footer. Stable until something changes. */
  reachable = (): readonly LiveBinding[] =>
    this.cached('reachable', () => {
      const sink = this.sink();
      const layers = this.layersFor(this.modal === null ? null : 'ctrl-c');
      return distinct(layers, (layer, key) => {
        if (isTextOf(sink, key)) return false;
        return this.modal === null || layer.scope !== 'global' || ALWAYS_ACTIVE.has(key);
      });
    });

  /** Everything the screen under all dialogs can do: for help and the palette. Stable until something changes. */
  all = (): readonly LiveBinding[] =>
    this.cached('all', () =>
      distinct(
        this.ordered(null).filter((layer) => layer.modal === null),
        () => true,
      ),
    );

  /** `innermost`: what has the focus before the dialog around it, as Esc leaves the one before the other. */
  private ordered(modal: string | null, innermost = false): readonly Layer[] {
    const rankOf = ({ scope }: Layer): number => (innermost && scope === 'dialog' ? RANK.field + 0.5 : RANK[scope]);
    const rank = (layer: Layer): number =>
      rankOf(layer) * 2 + (layer.sink === null ? 1 : 0) + (layer.modal === modal ? 0 : 8);
    return this.layers.toSorted((a, b) => rank(a) - rank(b));
  }

  private cached(name: string, make: () => readonly LiveBinding[]): readonly LiveBinding[] {
    const known = this.cache.get(name);
    if (known !== undefined) return known;
    const made = make();
    this.cache.set(name, made);
    return made;
  }

  private changed(): void {
    this.cache.clear();
    for (const listener of this.listeners) listener();
  }
}

/** Bindings in order, without those whose every key another one takes first. `run` finds the newest handler when it is called. */
function distinct(layers: readonly Layer[], counts: (layer: Layer, key: KeyName) => boolean): readonly LiveBinding[] {
  const taken = new Set<KeyName>();
  const found: LiveBinding[] = [];
  for (const layer of layers) {
    const fresh = layer.bindings.filter((binding) => binding.keys.some((key) => counts(layer, key) && !taken.has(key)));
    for (const binding of fresh) {
      const keys = binding.keys.filter((key) => counts(layer, key) && !taken.has(key));
      found.push({ ...binding, keys, run: () => layer.bindings.find((other) => other.id === binding.id)?.run() });
    }
    for (const binding of fresh) {
      if (binding.disabledReason === null) for (const key of binding.keys) taken.add(key);
    }
  }
  return found;
}
