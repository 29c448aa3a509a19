import { isPrintable } from './names.ts';
import { type Press, splitKey, splitText } from './normalise.ts';
import type { KeyRegistry } from './registry.ts';
import type { KeyName, LiveBinding } from './types.ts';

export interface DispatchOutcome {
  /** What of the press is still to be heard, later. */
  readonly rest: readonly Press[];
  /** The binding that would have run, had it been able to. */
  readonly refused: LiveBinding | null;
}

const DONE: DispatchOutcome = { rest: [], refused: null };
const then = (text: string): readonly Press[] => (text === '' ? [] : [{ kind: 'text', text }]);

/** Finds who hears the press and lets them. Dialog, focused field, screen, everything: the first that can takes it. */
export function dispatch(registry: KeyRegistry, press: Press): DispatchOutcome {
  switch (press.kind) {
    case 'paste':
      return hearPaste(registry, press.text);
    case 'text':
      return hearText(registry, press.text);
    case 'key':
      return hearKey(registry, press.name);
  }
}

function hearPaste(registry: KeyRegistry, text: string): DispatchOutcome {
  const layers = registry.heard(null);
  const sink = registry.sink();
  if (sink !== null) sink.onPaste(text);
  else layers.find((layer) => layer.onPaste !== null)?.onPaste?.(text);
  return DONE;
}

function hearText(registry: KeyRegistry, text: string): DispatchOutcome {
  const sink = registry.sink();
  const { head, rest } = sink === null ? splitKey(text) : splitText(text);
  if (head.kind === 'paste') return hearPaste(registry, head.text);
  if (head.kind === 'text') {
    sink?.onText(head.text);
    return { rest: then(rest), refused: null };
  }
  const outcome = hearKey(registry, head.name);
  return { rest: [...outcome.rest, ...then(rest)], refused: outcome.refused };
}

function hearKey(registry: KeyRegistry, name: KeyName): DispatchOutcome {
  let refused: LiveBinding | null = null;
  const typing = registry.sink() !== null;
  for (const layer of registry.heard(name)) {
    if (layer.sink?.onKey(name) === true) return DONE;
    if (typing && isPrintable(name)) continue;
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
    // Nobody knows Alt-X: it was Esc and X, typed faster than a terminal can tell apart.
    return { rest: [{ kind: 'key', name: 'escape' }, ...then(escaped === 'space' ? ' ' : escaped)], refused: null };
  }
  return { rest: [], refused };
}
