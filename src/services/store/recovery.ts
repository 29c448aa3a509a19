import { existsSync, renameSync } from 'node:fs';
import { isMissing } from '../filesystem/private-files.ts';

/** What was found corrupt and where it was put, gathered from every store until the person is shown it. */
export interface Recovery {
  note(line: string): void;
  /** The lines since the last call: each is reported once. */
  take(): readonly string[];
}

export function createRecovery(): Recovery {
  let lines: string[] = [];
  return {
    note: (line) => {
      lines.push(line);
    },
    take: () => {
      const taken = lines;
      lines = [];
      return taken;
    },
  };
}

/**
 * Renames a file that cannot be used to `<path>.corrupt-<time>`, and gives the new path; null when another process
 * was quicker. `now` is in milliseconds since the epoch.
 */
export function setAside(path: string, now: number): string | null {
  const stamp = new Date(now).toISOString().replace(/[-:.]/g, '');
  let target = `${path}.corrupt-${stamp}`;
  for (let again = 2; existsSync(target); again++) target = `${path}.corrupt-${stamp}-${again}`;
  try {
    renameSync(path, target);
    return target;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
