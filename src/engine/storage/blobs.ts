import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The folders of an engine home: `files` holds uploads and results, `models` what was trained, `tmp` half-written ones. */
export interface BlobFolders {
  readonly files: string;
  readonly models: string;
  readonly tmp: string;
}

const ABANDONED_MS = 24 * 60 * 60 * 1000;

/** Makes the folders, readable by their owner alone, and clears half-written files that nobody finished for a day. */
export function prepareFolders(home: string): BlobFolders {
  const folders = { files: join(home, 'files'), models: join(home, 'models'), tmp: join(home, 'tmp') };
  for (const folder of [home, ...Object.values(folders)]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folders.tmp)) {
    const path = join(folders.tmp, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > ABANDONED_MS) rmSync(path, { force: true });
  }
  return folders;
}

/** Writes a whole file or none: to `tmp` first, flushed, then renamed to `path`. Blocks: for the trainer thread and small files. */
export function writeAtomic(path: string, tmp: string, content: Uint8Array | string): void {
  const file = openSync(tmp, 'w', 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(tmp, path);
}

export const removeBlob = (path: string): Promise<void> => rm(path, { force: true });

export const readBlob = (path: string): Promise<Uint8Array> => readFile(path);

/** A file name for a model id: `ft:a:b` has characters that not every file system takes. */
export const modelBlobName = (model: string): string => `${model.replace(/[^A-Za-z0-9.-]/g, '_')}.bin`;
