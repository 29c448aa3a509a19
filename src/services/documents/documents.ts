import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Chunks, writeAtomically } from './atomic.ts';
import { readLines } from './lines.ts';
import { folderBytes } from './size.ts';

export interface FileDocuments {
  readText(path: string): Promise<string>;
  readLines(path: string): AsyncIterable<string>;
  writeText(path: string, chunks: Chunks): Promise<string>;
  dataFolder(): Promise<{ readonly path: string; readonly bytes: number }>;
}

/** The person's own files. A path is as they type it: relative to the working folder, `~` for their home. */
export function createDocuments(options: { readonly home: string }): FileDocuments {
  return {
    readText: async (path) => (await readFile(absolute(path), 'utf8')).replace(/^\uFEFF/, ''),
    readLines: (path) => readLines(absolute(path)),
    writeText: async (path, chunks) => {
      const target = absolute(path);
      await writeAtomically(target, chunks);
      return target;
    },
    dataFolder: async () => ({ path: options.home, bytes: await folderBytes(options.home) }),
  };
}

function absolute(path: string): string {
  return path === '~' || /^~[\\/]/.test(path) ? join(homedir(), path.slice(1)) : resolve(path);
}
