/** A typed path as the folder to look into and what its entry begins with: `a/b/c` is `a/b/` and `c`. */
export function splitPath(typed: string): { readonly folder: string; readonly start: string } {
  const at = typed.lastIndexOf('/') + 1;
  return { folder: typed.slice(0, at), start: typed.slice(at) };
}

/** What two texts begin with alike. */
function sharedStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return a.slice(0, length);
}

export interface PathCompletion {
  /** The path as far as the entries agree; what was typed where none fits. */
  readonly path: string;
  /** The entries that fit, folders with a slash behind them. */
  readonly entries: readonly string[];
}

/** Completes a path by the entries of its folder, as a shell does: hidden ones only after a dot was typed. */
export function completePath(typed: string, entries: readonly string[]): PathCompletion {
  const { folder, start } = splitPath(typed);
  const fitting = entries
    .filter((entry) => entry.startsWith(start) && (start !== '' || !entry.startsWith('.')))
    .toSorted((a, b) => a.localeCompare(b));
  const [first] = fitting;
  if (first === undefined) return { path: typed, entries: [] };
  return { path: folder + fitting.reduce(sharedStart, first), entries: fitting };
}
