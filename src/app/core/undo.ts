/** What can be taken back, newest first. */
export interface UndoStack {
  /** `label` completes "Took back: ..."; `revert` brings the old state back. */
  push(label: string, revert: () => void): void;
  /** Takes the newest back and gives its label; null when there is nothing. */
  pop(): string | null;
  clear(): void;
}

const DEPTH = 100;

export function createUndoStack(): UndoStack {
  const stack: { readonly label: string; readonly revert: () => void }[] = [];
  return {
    push(label, revert) {
      stack.push({ label, revert });
      if (stack.length > DEPTH) stack.shift();
    },
    pop() {
      const last = stack.pop();
      if (last === undefined) return null;
      last.revert();
      return last.label;
    },
    clear() {
      stack.length = 0;
    },
  };
}
