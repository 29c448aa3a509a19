import type { Dirent } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonValue } from '../../domain/text/json-values.ts';
import type { Chunks } from './atomic.ts';
import { readBytes } from './bytes.ts';
import { readJsonValues, readLines, readText } from './lines.ts';
import { createOutputs, type OutputPlan, type WriteChoice } from './outputs.ts';
import { absolutePath } from './paths.ts';

/** Bytes of all files under a folder; 0 when it is not there. Links are not followed; what vanishes meanwhile is 0. */
async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += await folderBytes(path);
    else if (entry.isFile()) bytes += (await lstat(path).catch(() => null))?.size ?? 0;
  }
  return bytes;
}

/** The names in a folder; those of folders, and of links to them, end in a slash. */
async function namesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const isFolder = async (entry: Dirent): Promise<boolean> =>
    entry.isDirectory() ||
    (entry.isSymbolicLink() && (await stat(join(folder, entry.name)).catch(() => null))?.isDirectory() === true);
  return Promise.all(entries.map(async (entry) => ((await isFolder(entry)) ? `${entry.name}/` : entry.name)));
}

export interface LocalFileSystem {
  readText(path: string): Promise<string>;
  readLines(path: string): AsyncIterable<string>;
  readJsonValues(path: string): AsyncIterable<JsonValue>;
  inspectOutputs(plan: OutputPlan): Promise<readonly string[]>;
  /** The bytes of a file that held so many when it was looked at. Throws FileError. */
  readBytes(path: string, bytes: number): AsyncIterable<Uint8Array>;
  writeText(path: string, chunks: Chunks, choice: WriteChoice): Promise<string>;
  list(folder: string): Promise<readonly string[]>;
  dataFolder(): Promise<{ readonly path: string; readonly bytes: number }>;
}

export interface FileSystemOptions {
  readonly home: string;
  /** A file was written that the next run will not know for its own. */
  readonly onUnnoted?: (path: string) => void;
}

/** The person's own files. A path is as they type it: relative to the working folder, `~` for their home. */
export function createFileSystem(options: FileSystemOptions): LocalFileSystem {
  const outputs = createOutputs(options.home, options.onUnnoted);
  return {
    readText: (path) => readText(absolutePath(path)),
    readLines: (path) => readLines(absolutePath(path)),
    readJsonValues: (path) => readJsonValues(absolutePath(path)),
    readBytes: (path, bytes) => readBytes(absolutePath(path), { bytes }),
    inspectOutputs: outputs.inspect,
    writeText: outputs.write,
    list: (folder) => namesIn(absolutePath(folder === '' ? '.' : folder)),
    dataFolder: async () => ({ path: options.home, bytes: await folderBytes(options.home) }),
  };
}
