import { existsSync, renameSync, rmSync } from 'node:fs';

/** Removes a file, or a folder with all that is in it. */
export const clear = (path: string): void => rmSync(path, { recursive: true, force: true });

/** Gives a draft its place. What was there lies at `old` for a moment; killed then, `putBack` mends it at the next start. */
export function swapIn(folder: string, draft: string, old = `${folder}.old`): void {
  clear(old);
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(draft, folder);
  clear(old);
}

export function putBack(folder: string, old = `${folder}.old`): void {
  if (existsSync(old) && !existsSync(folder)) renameSync(old, folder);
}
