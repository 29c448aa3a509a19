import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, FileError, FileFault } from '../../domain/text/file-faults.ts';

const PIECE_BYTES = 256 * 1024;
/** Milliseconds between looks at a pipe that has nothing yet. */
const PIPE_MS = 25;

export interface ReadOptions {
  /** What the file held when it was looked at: another size now is a change. */
  readonly bytes?: number;
  readonly signal?: AbortSignal | undefined;
  /** Every piece is written over by the next: for those who are done with one before they ask for another. */
  readonly isReused?: boolean;
}

/** What lies at a path that is to be read. Throws FileError where nothing readable does. */
export async function statToRead(path: string): Promise<Stats> {
  const found = await stat(path).catch((error: unknown) => {
    throw new FileFault(path, error);
  });
  if (found.isDirectory())
    throw new FileError(`${path} cannot be read: it is a folder.`, 'Choose a file, not a folder.');
  const kind = found.isSocket() ? 'a socket' : found.isFile() || found.isFIFO() ? null : 'a device';
  if (kind !== null) throw new FileError(`${path} cannot be read: it is ${kind}.`, 'Choose a file.');
  return found;
}

/**
 * The bytes of a file of any size, or of a pipe. A file that is written to meanwhile is refused at its end, for what was read of it
 * is neither the old nor the new. Throws FileError, and the signal's reason.
 */
export async function* readBytes(
  path: string,
  { bytes, signal, isReused = false }: ReadOptions = {},
): AsyncGenerator<Buffer> {
  const found = await statToRead(path);
  if (bytes !== undefined && found.size !== bytes) throw changed(path);
  const isPipe = found.isFIFO();
  // A pipe that nobody writes to would hold the thread that opens it, and with it the end of the process.
  const flags = isPipe ? constants.O_RDONLY | constants.O_NONBLOCK : constants.O_RDONLY;
  const file = await open(path, flags).catch((error: unknown) => {
    throw new FileFault(path, error);
  });
  try {
    if (isPipe) yield* pipeBytes(file, path, signal);
    else yield* fileBytes(file, path, signal, isReused);
  } finally {
    await file.close();
  }
}

/** The next piece is read while whoever asked is at work with the one before. */
async function* fileBytes(
  file: FileHandle,
  path: string,
  signal: AbortSignal | undefined,
  isReused: boolean,
): AsyncGenerator<Buffer> {
  const before = await file.stat();
  const memory = isReused ? [Buffer.allocUnsafe(PIECE_BYTES), Buffer.allocUnsafe(PIECE_BYTES)] : [];
  const readAhead = (): Promise<Buffer> => {
    const piece = readPiece(file, path, memory[0]);
    // Whoever asks for it is told.
    piece.catch(() => {});
    return piece;
  };
  let ahead = readAhead();
  try {
    for (let read = 0; ; ) {
      signal?.throwIfAborted();
      const piece = await ahead;
      if (piece.length === 0) break;
      read += piece.length;
      // What the system makes up as it is read, as below /proc, has no size.
      if (before.size > 0 && read > before.size) throw changed(path);
      memory.reverse();
      ahead = readAhead();
      yield piece;
    }
  } finally {
    // The file is closed behind it.
    await ahead.catch(() => {});
  }
  const after = await file.stat();
  if (before.size > 0 && (after.size !== before.size || after.mtimeMs !== before.mtimeMs)) throw changed(path);
}

/** A named pipe is waited for until somebody writes to it; one of a shell is at its end when its writers are gone. */
async function* pipeBytes(file: FileHandle, path: string, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  let begun = await realpath(path).then(
    () => false,
    () => true,
  );
  for (;;) {
    signal?.throwIfAborted();
    const piece = await readPiece(file, path).catch((error: unknown) => {
      if (codeOf(error) === 'EAGAIN') return null;
      throw error;
    });
    if (piece !== null && piece.length > 0) {
      begun = true;
      yield piece;
    } else if (piece !== null && begun) return;
    else await sleep(PIPE_MS);
  }
}

async function readPiece(file: FileHandle, path: string, into = Buffer.allocUnsafe(PIECE_BYTES)): Promise<Buffer> {
  try {
    const { buffer, bytesRead } = await file.read(into, 0, PIECE_BYTES, null);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') throw error;
    throw new FileFault(path, error);
  }
}

const changed = (path: string): FileError =>
  new FileError(`${path} changed while it was read.`, 'Wait until it is written to its end, and try again.');
