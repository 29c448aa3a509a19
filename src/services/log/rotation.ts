import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export interface RotatingFile {
  append(text: string): void;
}

/** A file that, once it would pass `maxBytes`, becomes `<path>.1` and begins anew: at most twice that is kept. */
export function rotatingFile(path: string, maxBytes: number): RotatingFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return {
    append: (text) => {
      // Asked each time, for another process may write to the same file or have turned it over.
      const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      if (bytes > 0 && bytes + Buffer.byteLength(text) > maxBytes) renameSync(path, `${path}.1`);
      appendFileSync(path, text, { mode: 0o600 });
    },
  };
}
