import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

/**
 * The folders of an engine home: `files` holds uploads and results, `models` a folder for each model that was trained, `jobs` one
 * for each job that is worked on, `tmp` half-written ones.
 */
export interface BlobFolders {
  readonly files: string;
  readonly models: string;
  readonly jobs: string;
  readonly tmp: string;
}

const ABANDONED_MS = 24 * 60 * 60 * 1000;

/** Makes the folders, readable by their owner alone, and clears half-written files that nobody finished for a day. */
export function prepareFolders(home: string): BlobFolders {
  const folders = {
    files: join(home, 'files'),
    models: join(home, 'models'),
    jobs: join(home, 'jobs'),
    tmp: join(home, 'tmp'),
  };
  for (const folder of [home, ...Object.values(folders)]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folders.tmp)) {
    const path = join(folders.tmp, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > ABANDONED_MS) rmSync(path, { recursive: true, force: true });
  }
  return folders;
}

/** Writes a file and waits until it is on disk. Blocks: for the trainer thread and small files. */
export function writeFlushed(path: string, content: Uint8Array | string): void {
  const file = openSync(path, 'w', 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Writes a whole file or none: to `tmp` first, then renamed to `path`. Blocks as `writeFlushed` does. */
export function writeAtomic(path: string, tmp: string, content: Uint8Array | string): void {
  writeFlushed(tmp, content);
  renameSync(tmp, path);
}

/**
 * Gives a folder that is whole and flushed its place, by renaming. One of that name, which an interrupted job left, goes
 * out of the way first, since a folder is not renamed over another.
 */
export function publishFolder(from: string, to: string, tmp: string): void {
  if (existsSync(to)) {
    const outdated = join(tmp, `${basename(to)}.${randomBytes(6).toString('hex')}`);
    renameSync(to, outdated);
    rmSync(outdated, { recursive: true, force: true });
  }
  renameSync(from, to);
}

/** Removes a file or a folder with all that is in it. */
export const removeBlob = (path: string): Promise<void> => rm(path, { recursive: true, force: true });

/** A folder name for a model id: `ft:a/b:c` has characters that not every file system takes. */
export const modelBlobName = (model: string): string => model.replace(/[^A-Za-z0-9.-]/g, '_');
