import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import { type Buffer, bufferOf, type EditAction, edit } from './buffer.ts';

/** Keeps cursor and undo of a field while it is not mounted. The owner holds it, one a field. */
export interface BufferMemory {
  current: Buffer | null;
}

/**
 * A buffer behind a controlled value. `apply` may be called several times before the next render and never loses a
 * change; a value that comes from outside is taken over and can be undone.
 */
export function useBuffer(
  value: string,
  onChange: (text: string) => void,
  multiline: boolean,
  memory?: BufferMemory,
): readonly [Buffer, (action: EditAction) => void] {
  const [buffer, setBuffer] = useState(() => {
    const kept = memory?.current ?? null;
    return kept === null ? bufferOf(value) : edit(kept, { type: 'adopt', text: value }, multiline);
  });
  const newest = useRef(buffer);
  const told = useRef(value);
  const listener = useRef(onChange);
  useLayoutEffect(() => {
    listener.current = onChange;
  });
  const put = useCallback(
    (next: Buffer) => {
      newest.current = next;
      if (memory !== undefined) memory.current = next;
      setBuffer(next);
    },
    [memory],
  );
  useLayoutEffect(() => {
    if (value === told.current) return;
    told.current = value;
    put(edit(newest.current, { type: 'adopt', text: value }, multiline));
  }, [value, multiline, put]);
  const apply = useCallback(
    (action: EditAction) => {
      const before = newest.current;
      const next = edit(before, action, multiline);
      if (next === before) return;
      put(next);
      if (next.text === before.text) return;
      told.current = next.text;
      listener.current(next.text);
    },
    [multiline, put],
  );
  return [buffer, apply];
}
