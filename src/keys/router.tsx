import { useInput, usePaste } from 'ink';
import { createContext, type ReactNode, useContext, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { LiveBinding } from './binding.ts';
import { dispatch, KeyQueue } from './dispatch.ts';
import type { MouseSource } from './mouse-areas.ts';
import { normalise } from './normalise.ts';
import { KeyRegistry } from './registry.ts';

const RegistryContext = createContext<KeyRegistry | null>(null);

export function useKeyRegistry(): KeyRegistry {
  const registry = useContext(RegistryContext);
  if (registry === null) throw new Error('useBindings works only inside <KeyRouter>');
  return registry;
}

/**
 * When React has committed what was done now. Its scheduler takes a turn of the event loop of its own, queued after one
 * that is scheduled at the same time: the second turn is the first that surely comes after it.
 */
const afterCommit = (then: () => void): void => {
  setImmediate(() => setImmediate(then));
};

export interface KeyRouterProps {
  /** Called with a binding that cannot run now when its key is pressed, to say `disabledReason`. */
  readonly onRefused?: (binding: LiveBinding) => void;
  /** Called for every key before it acts: notes fade on it. */
  readonly onActivity?: () => void;
  /** Where clicks and turns of the wheel come from, if from anywhere. */
  readonly mouse?: MouseSource | null;
  readonly children: ReactNode;
}

/** The only reader of the keyboard and the mouse. Give Ink `exitOnCtrlC: false`: Ctrl-C is a binding like any other. */
export function KeyRouter({ onRefused, onActivity, mouse = null, children }: KeyRouterProps): ReactNode {
  const [registry] = useState(() => new KeyRegistry());
  const listeners = useRef({ onRefused, onActivity });
  useLayoutEffect(() => {
    listeners.current = { onRefused, onActivity };
  });
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);
  const [queue] = useState(
    () =>
      new KeyQueue((press) => {
        if (!mounted.current) return [];
        listeners.current.onActivity?.();
        const { rest, refused } = dispatch(registry, press);
        if (refused !== null) listeners.current.onRefused?.(refused);
        return rest;
      }, afterCommit),
  );
  useInput((input, key) => queue.push(normalise(input, key)));
  usePaste((text) => queue.push([{ kind: 'paste', text }]));
  useEffect(() => mouse?.((press) => queue.push([{ kind: 'mouse', press }])), [mouse, queue]);
  return <RegistryContext value={registry}>{children}</RegistryContext>;
}
