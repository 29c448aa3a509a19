import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { Disk } from '../../../domain/weights/base-folder.ts';

/** What looks for bases on this machine's disk. */
export const disk: Disk = {
  names: (folder) => quietly(() => readdirSync(folder)) ?? [],
  text: (path) => quietly(() => readFileSync(path, 'utf8')),
  size(path) {
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.isFile() ? found.size : null;
  },
  changedAt(path) {
    const found = statSync(path, { throwIfNoEntry: false });
    return found === undefined ? null : Math.floor(found.mtimeMs / 1000);
  },
};

function quietly<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
