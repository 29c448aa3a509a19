import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import { createBuffer, type EditAction, edit, type TextBuffer } from './buffer.ts';

/** Keeps cursor and undo of a field while it is not mounted. The owner holds it, one a field. */
export interface BufferMemory {
  current: TextBuffer | null;
}

/**
 * A buffer behind a controlled value. `apply` may be called several times before the next render and never loses a
 * change; a value that comes from outside replaces the text and can be undone.
 */
export function useBuffer(
  value: string,
  onChange: (text: string) => void,
  multiline: boolean,
  memory?: BufferMemory,
): readonly [TextBuffer, (action: EditAction) => void] {
  const [buffer, setBuffer] = useState(() => {
    const kept = memory?.current ?? null;
    return kept === null ? createBuffer(value) : edit(kept, { type: 'replace', text: value }, multiline);
  });
  const newest = useRef(buffer);
  const reported = useRef(value);
  const listener = useRef(onChange);
  useLayoutEffect(() => {
    listener.current = onChange;
  });
  const put = useCallback(
    (next: TextBuffer) => {
      newest.current = next;
      if (memory !== undefined) memory.current = next;
      setBuffer(next);
    },
    [memory],
  );
  useLayoutEffect(() => {
    if (value === reported.current) return;
    reported.current = value;
    put(edit(newest.current, { type: 'replace', text: value }, multiline));
  }, [value, multiline, put]);
  const apply = useCallback(
    (action: EditAction) => {
      const before = newest.current;
      const next = edit(before, action, multiline);
      if (next === before) return;
      put(next);
      if (next.text === before.text) return;
      reported.current = next.text;
      listener.current(next.text);
    },
    [multiline, put],
  );
  return [buffer, apply];
}
