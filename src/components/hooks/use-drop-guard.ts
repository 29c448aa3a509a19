import { useState } from 'react';
import { useWorkbench } from '../../app/react.tsx';

/** Said after the first Esc over something typed. */
export const DROP_QUESTION = 'Esc again drops what you typed.';

export interface DropGuard {
  /** Whether the next `leave` drops. */
  readonly asking: boolean;
  /** Esc: leaves at once what is as it was before, and asks first about what was typed. */
  leave(): void;
}

/** Esc over a text: `content` is what stands there, `before` what it began with. Typing on takes the question back. */
export function useDropGuard(content: string, before: string, drop: () => void): DropGuard {
  const [askedOf, setAskedOf] = useState<string | null>(null);
  const asking = askedOf === content;
  const leave = (): void => {
    if (content === before || asking) drop();
    else setAskedOf(content);
  };
  return { asking, leave };
}

/** `useDropGuard` that says its question as a note. */
export function useNotedDrop(content: string, before: string, drop: () => void): () => void {
  const { navigation } = useWorkbench();
  const guard = useDropGuard(content, before, drop);
  return () => {
    if (!guard.asking && content !== before) navigation.note(DROP_QUESTION);
    guard.leave();
  };
}
