import { type DOMElement, measureElement } from 'ink';
import { type RefObject, useContext, useLayoutEffect, useRef } from 'react';
import { ModalContext } from './hooks.tsx';
import type { MouseHandlers } from './mouse-areas.ts';
import { useKeyRegistry } from './router.tsx';

/** A box that takes the mouse. Give the ref to the box. */
export function useMouseArea(handlers: MouseHandlers): RefObject<DOMElement | null> {
  const registry = useKeyRegistry();
  const modal = useContext(ModalContext);
  const ref = useRef<DOMElement>(null);
  const latest = useRef(handlers);
  useLayoutEffect(() => {
    latest.current = handlers;
  });
  useLayoutEffect(
    () =>
      registry.mouse.add({
        modal,
        box: () => (ref.current === null ? null : measureElement(ref.current)),
        handlers: () => latest.current,
      }),
    [registry, modal],
  );
  return ref;
}
