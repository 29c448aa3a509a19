import { existsSync, renameSync, statSync } from 'node:fs';
import { StoreDamage } from '../../domain/text/store-damage.ts';
import { textOrNull } from '../filesystem/lines.ts';
import { isMissing } from '../filesystem/private-files.ts';

/** Settings, keys and prices have some kilobytes; more was not written by a person or by Luthier, and is not even read. */
const MOST_BYTES = 2 ** 20;

/** The text of a small file; null where it is none, or is too large to be one. */
export const smallText = (path: string): string | null => (isTooLarge(path) ? null : textOrNull(path));

export const isTooLarge = (path: string): boolean => statSync(path).size > MOST_BYTES;
export const TOO_LARGE = 'is larger than 1 MB';

/** What becomes of files that cannot be read, and what a person is told of them. */
export interface Recovery {
  /** A file that `why` is about to be set aside for. Throws where it is to be left as it is, and nothing done without it. */
  replacing(path: string, why: string): void;
  note(line: string): void;
  /** The lines since the last call: each is reported once. */
  take(): readonly string[];
}

/** Sets aside, and gathers what a person is shown of it. */
export function createRecovery(): Recovery {
  let lines: string[] = [];
  return {
    replacing: () => {},
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

/** For commands, which nobody may be watching: a file that cannot be read ends them before anything is asked. */
export const refusingRecovery: Recovery = {
  replacing(path, why) {
    throw new StoreDamage(`${path} cannot be read: it ${why}.`, MEND);
  },
  note: () => {},
  take: () => [],
};

const MEND = 'Mend it, or let `luthier doctor --recover` set it aside and keep what can be read of it.';

/** Where a file that cannot be used is kept: a name that nothing has. `now` is in milliseconds since the epoch. */
export function pathAside(path: string, now: number): string {
  const stamp = new Date(now).toISOString().replace(/[-:.]/g, '');
  let target = `${path}.corrupt-${stamp}`;
  for (let again = 2; existsSync(target); again++) target = `${path}.corrupt-${stamp}-${again}`;
  return target;
}

/**
 * Renames a file that cannot be used to `<path>.corrupt-<time>`, and gives the new path; null when another process
 * was quicker. `now` is in milliseconds since the epoch.
 */
export function setAside(path: string, now: number): string | null {
  const target = pathAside(path, now);
  try {
    renameSync(path, target);
    return target;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
