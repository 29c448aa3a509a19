import { open, stat } from 'node:fs/promises';

/** Bytes of a file; null when it is not there. */
export const sizeOf = async (path: string): Promise<number | null> =>
  (await stat(path).catch(() => null))?.size ?? null;

/** The headers that ask for a file from a byte on. Bytes as they are: a range of a packed transfer is no range of the file. */
export function rangeHeaders(have: number): Readonly<Record<string, string>> {
  const plain = { 'accept-encoding': 'identity' };
  return have > 0 ? { ...plain, range: `bytes=${have}-` } : plain;
}

interface PartAnswer {
  readonly status: number;
  header(name: string): string | null;
  readonly pieces: AsyncIterable<Uint8Array>;
}

/**
 * Writes what an answer to `rangeHeaders` brings behind the `have` bytes of the part, or in their place where the server
 * sends the whole file; true when the part is whole then. A connection that breaks leaves what came. Throws the signal's
 * reason, and what the disk refuses.
 */
export async function writePart(
  response: PartAnswer,
  part: string,
  have: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const from = response.status === 206 ? have : 0;
  const length = response.header('content-length');
  const file = await open(part, from > 0 ? 'a' : 'w', 0o600);
  try {
    // Written as it comes, not through a pipeline: that would drop what it holds when the connection breaks.
    for await (const piece of response.pieces) await file.writeFile(piece);
  } catch (error) {
    signal?.throwIfAborted();
    if (isDiskFault(error)) throw error;
    return false;
  } finally {
    await file.close();
  }
  return length === null || (await sizeOf(part)) === from + Number(length);
}

export const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/** A full or forbidden disk is not mended by trying again. */
export const isDiskFault = (error: unknown): boolean =>
  ['ENOSPC', 'EACCES', 'EROFS', 'EDQUOT', 'EIO', 'EMFILE', 'EISDIR'].includes(errorCode(error));
