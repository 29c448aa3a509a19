import { statfsSync } from 'node:fs';
import { codeOf, faultText, StoreFault } from '../../domain/text/file-faults.ts';
import { byteSize } from '../../domain/text/format.ts';

/** SQLite's primary result codes (sqlite.org/rescode.html) for a database that cannot be written, in words. */
const WORDS: ReadonlyMap<number, string> = new Map([
  [8, 'it can only be read'],
  [10, 'the disk does not answer'],
  [13, 'the disk is full'],
  [14, 'it cannot be opened'],
]);
/** What the operating system says when a file cannot be made or grown. */
const SYSTEM = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EEXIST', 'EIO', 'ENOTDIR', 'EFBIG']);
/** The log of writes grows to some four megabytes before it is folded in; below this, answers might find no room. */
const ROOM_BYTES = 6 * 2 ** 20;

/** Bytes that may still be written in a folder; infinite where the system does not say. */
export function roomIn(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** Throws StoreFault where answers that are paid for might find no room. */
export function checkRoom(folder: string): void {
  const room = roomIn(folder);
  if (room < ROOM_BYTES)
    throw new StoreFault(folder, `only ${byteSize(room)} are free there, and ${byteSize(ROOM_BYTES)} are wanted`);
}

/** The fault of a store at `path` in words; any other error as it is. */
export function storeFault(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StoreFault) return error;
  if (SYSTEM.has(codeOf(error))) return new StoreFault(path, faultText(error));
  if (!('errcode' in error) || typeof error.errcode !== 'number') return error;
  const words = WORDS.get(error.errcode & 0xff);
  return words === undefined ? error : new StoreFault(path, words);
}
