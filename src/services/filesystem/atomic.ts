import { chmod, type FileHandle, link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { beginDraft, clearOldDraftsOf } from './drafts.ts';

export type Chunks = string | Uint8Array | Iterable<string> | AsyncIterable<string>;

/** Characters gathered before they are written: few system calls, little memory. */
const BUFFER = 64 * 1024;

/** By what a file is known to be as it was left. */
export interface FileStamp {
  readonly bytes: number;
  /** Nanoseconds since the epoch. */
  readonly modified: string;
}

export interface AtomicWrite {
  /** The data folder, which notes the draft. */
  readonly home: string;
  /** The new text lies whole beside its place: the last moment to refuse, by throwing. */
  readonly ready: (stamp: FileStamp) => Promise<void>;
  /** Throws EEXIST where a file has come to lie in the place meanwhile, but for one that `isOurs`. */
  readonly exclusive: boolean;
  /** Whether the file in the place is of the same work: of another process that was quicker. */
  readonly isOurs: () => Promise<boolean>;
}

/**
 * Writes beside `target`, a path without links, and renames: whoever reads finds the old text or the whole new one, and
 * when a chunk throws the old one stays. A file that is replaced keeps its mode.
 */
export async function writeAtomically(target: string, chunks: Chunks, options: AtomicWrite): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  clearOldDraftsOf(target);
  const before = await stat(target).catch(() => null);
  const draft = beginDraft(options.home, target);
  try {
    const stamp = await writeDraft(draft.path, chunks);
    if (before !== null) await chmod(draft.path, before.mode & 0o777);
    await options.ready(stamp);
    if (options.exclusive) await placeNew(draft.path, target, options.isOurs);
    else await rename(draft.path, target);
  } catch (error) {
    await rm(draft.path, { force: true });
    throw error;
  } finally {
    draft.done();
  }
}

/** A rename that replaces nothing; where the disk knows no hard links, as nearly as can be had. */
export async function placeNew(draft: string, target: string, isOurs: () => Promise<boolean>): Promise<void> {
  try {
    await link(draft, target);
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (taken && !(await isOurs())) throw error;
    return rename(draft, target);
  }
  await rm(draft);
}

async function writeDraft(path: string, chunks: Chunks): Promise<FileStamp> {
  const file = await open(path, 'wx');
  try {
    await writeChunks(file, chunks);
    await file.sync();
    const { size, mtimeNs } = await file.stat({ bigint: true });
    return { bytes: Number(size), modified: String(mtimeNs) };
  } finally {
    await file.close();
  }
}

/** Writes a text a piece at a time, or bytes as they are. */
export async function writeChunks(file: FileHandle, chunks: Chunks): Promise<void> {
  if (chunks instanceof Uint8Array) return file.writeFile(chunks);
  let gathered = '';
  for await (const chunk of typeof chunks === 'string' ? [chunks] : chunks) {
    gathered += chunk;
    if (gathered.length < BUFFER) continue;
    // A pair of surrogates that two chunks share is one character, and is written as one.
    const end = gathered.length - (/[\uD800-\uDBFF]$/.test(gathered) ? 1 : 0);
    await file.writeFile(gathered.slice(0, end));
    gathered = gathered.slice(end);
  }
  await file.writeFile(gathered);
}
