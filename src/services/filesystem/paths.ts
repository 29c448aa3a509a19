import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** A path with `~` in front in the place of a person's home folder. */
export function expandHome(path: string, home: string = homedir()): string {
  return path === '~' || /^~[\\/]/.test(path) ? join(home, path.slice(1)) : path;
}

/** A path as a person types it: relative to the working folder, `~` for their home. */
export const absolutePath = (path: string): string => resolve(expandHome(path));
