import { isPrintable, type KeyName, type LiveBinding } from './binding.ts';
import { type Press, splitKey, splitText } from './normalise.ts';
import { isTextOf, type KeyRegistry } from './registry.ts';

export interface DispatchOutcome {
  /** What of the press is still to be handled, later. */
  readonly rest: readonly Press[];
  /** The binding that would have run, had it been able to. */
  readonly refused: LiveBinding | null;
}

const DONE: DispatchOutcome = { rest: [], refused: null };
const textPresses = (text: string): readonly Press[] => (text === '' ? [] : [{ kind: 'text', text }]);

/** Gives the press to the first that can take it: dialog, focused field, screen, everything. */
export function dispatch(registry: KeyRegistry, press: Press): DispatchOutcome {
  switch (press.kind) {
    case 'paste':
      return dispatchPaste(registry, press.text);
    case 'text':
      return dispatchText(registry, press.text);
    case 'key':
      return dispatchKey(registry, press.name);
    case 'mouse':
      registry.mouse.press(press.press, registry.modal);
      return DONE;
  }
}

function dispatchPaste(registry: KeyRegistry, text: string): DispatchOutcome {
  const layers = registry.layersFor(null);
  const sink = registry.sink();
  if (sink !== null) sink.onPaste(text);
  else layers.find((layer) => layer.onPaste !== null)?.onPaste?.(text);
  return DONE;
}

function dispatchText(registry: KeyRegistry, text: string): DispatchOutcome {
  const sink = registry.sink();
  const { head, rest } = sink === null ? splitKey(text) : splitText(text, sink.leaves);
  if (head.kind === 'paste') return dispatchPaste(registry, head.text);
  if (head.kind === 'text') {
    sink?.onText(head.text);
    return { rest: textPresses(rest), refused: null };
  }
  const outcome = dispatchKey(registry, head.name);
  return { rest: [...outcome.rest, ...textPresses(rest)], refused: outcome.refused };
}

function dispatchKey(registry: KeyRegistry, name: KeyName): DispatchOutcome {
  let refused: LiveBinding | null = null;
  const sink = registry.sink();
  for (const layer of registry.layersFor(name)) {
    if (layer.sink?.onKey(name) === true) return DONE;
    if (isTextOf(sink, name)) continue;
    const binding = layer.bindings.find((candidate) => candidate.keys.includes(name));
    if (binding === undefined) continue;
    if (binding.disabledReason === null) {
      binding.run();
      return DONE;
    }
    refused ??= binding;
  }
  const escaped = /^meta-(.+)$/u.exec(name)?.[1];
  if (refused === null && escaped !== undefined && isPrintable(escaped)) {
    // Nobody knows Alt-X: it was Esc and X, typed faster than a terminal can separate.
    return {
      rest: [{ kind: 'key', name: 'escape' }, ...textPresses(escaped === 'space' ? ' ' : escaped)],
      refused: null,
    };
  }
  return { rest: [], refused };
}

/**
 * Keys one at a time. One chunk from the terminal may hold many (`:quit` and Enter), and what the first one opens must be
 * on screen before the next is handled. The first key of a burst is handled at once, each other one after a turn of the
 * event loop, when React has committed what the last one did.
 */
export class KeyQueue {
  private readonly handle: (press: Press) => readonly Press[];
  private readonly nextTurn: (then: () => void) => void;
  private waiting: Press[] = [];
  private settling = false;

  /** `handle` acts on a press and gives back what is left of it. */
  constructor(handle: (press: Press) => readonly Press[], nextTurn: (then: () => void) => void) {
    this.handle = handle;
    this.nextTurn = nextTurn;
  }

  push(presses: readonly Press[]): void {
    this.waiting.push(...presses);
    if (!this.settling) this.step();
  }

  private step(): void {
    const press = this.waiting.shift();
    if (press === undefined) {
      this.settling = false;
      return;
    }
    this.settling = true;
    this.nextTurn(() => this.step());
    this.waiting.unshift(...this.handle(press));
  }
}
