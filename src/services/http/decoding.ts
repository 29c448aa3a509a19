import type { Transform } from 'node:stream';
import { BodyFault, tooLarge } from './faults.ts';

/** What is asked for where an answer may come packed. */
export const READABLE_ENCODINGS = 'gzip, deflate, br';

interface Place {
  readonly place: string;
  readonly mostBytes: number;
}

/** The names in `content-encoding`, in the order in which they are to be undone. */
function encodingsOf(header: string | null): readonly string[] {
  const names = (header ?? '').split(',').map((name) => name.trim().toLowerCase());
  return names.filter((name) => name !== '' && name !== 'identity').toReversed();
}

/**
 * A whole body, or as much of one as came, unpacked. Throws BodyFault when it is larger than `mostBytes`, or packed in a
 * way that cannot be undone.
 */
export async function unpacked(body: Buffer, encoding: string | null, { place, mostBytes }: Place): Promise<Buffer> {
  let bytes = body;
  for (const name of encodingsOf(encoding)) bytes = await unpackOnce(bytes, name, place, mostBytes);
  return bytes;
}

async function unpackOnce(bytes: Buffer, name: string, place: string, mostBytes: number): Promise<Buffer> {
  // A label without its packing, as some proxies leave behind.
  if (bytes.length === 0 || (/gzip/.test(name) && bytes.readUInt8(0) !== 0x1f)) return bytes;
  const stream = unpackerOf(name, bytes, place);
  const pieces: Buffer[] = [];
  let size = 0;
  return await new Promise((resolve, reject) => {
    stream.on('data', (piece: Buffer) => {
      size += piece.length;
      pieces.push(piece);
      if (size > mostBytes) stream.destroy(tooLarge(place, mostBytes, true));
    });
    stream.on('error', (error) => reject(error instanceof BodyFault ? error : damaged(place, name)));
    stream.on('end', () => resolve(Buffer.concat(pieces)));
    stream.end(bytes);
  });
}

const damaged = (place: string, name: string): BodyFault =>
  new BodyFault(`${place} sent an answer packed as ${name} that cannot be unpacked.`);

/** Undoes one packing as the bytes come; what is cut short gives what there is of it. Throws BodyFault. */
export function unpackerOf(name: string, first: Buffer, place: string): Transform {
  const zlib = process.getBuiltinModule('node:zlib');
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_flush } = zlib.constants;
  switch (name) {
    case 'gzip':
    case 'x-gzip':
      return zlib.createGunzip({ finishFlush: Z_SYNC_FLUSH });
    case 'deflate':
      // Half of the world sends it without the header of zlib, whose first byte ends in 8.
      return (first.readUInt8(0) & 0x0f) === 8
        ? zlib.createInflate({ finishFlush: Z_SYNC_FLUSH })
        : zlib.createInflateRaw({ finishFlush: Z_SYNC_FLUSH });
    case 'br':
      return zlib.createBrotliDecompress({ finishFlush: BROTLI_OPERATION_FLUSH });
    case 'zstd':
      if (typeof zlib.createZstdDecompress === 'function')
        return zlib.createZstdDecompress({ finishFlush: ZSTD_e_flush });
  }
  throw new BodyFault(`${place} sent an answer packed as ${name.slice(0, 40)}, which cannot be unpacked here.`);
}

/** The pieces of a body as they come, unpacked. Throws BodyFault. */
export async function* unpackedPieces(
  pieces: AsyncIterable<Buffer>,
  encoding: string | null,
  place: string,
): AsyncGenerator<Buffer, void, undefined> {
  let current: AsyncIterable<Buffer> = pieces;
  for (const name of encodingsOf(encoding)) current = unpackPieces(current, name, place);
  yield* current;
}

async function* unpackPieces(
  pieces: AsyncIterable<Buffer>,
  name: string,
  place: string,
): AsyncGenerator<Buffer, void, undefined> {
  const source = pieces[Symbol.asyncIterator]();
  try {
    const { value: first, done } = await source.next();
    if (done === true) return;
    const { pipeline } = process.getBuiltinModule('node:stream');
    const unpacker = unpackerOf(name, first, place);
    async function* all(): AsyncGenerator<Buffer> {
      yield first;
      for (;;) {
        const next = await source.next();
        if (next.done === true) return;
        yield next.value;
      }
    }
    let fault: unknown = null;
    pipeline(all, unpacker, (error) => {
      fault = error ?? null;
    });
    try {
      for await (const piece of unpacker) yield piece;
    } catch (error) {
      throw isZlibFault(fault ?? error) ? damaged(place, name) : (fault ?? error);
    }
  } finally {
    await source.return?.();
  }
}

const isZlibFault = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(?:Z_|ERR__?ZSTD|ERR__?BROTLI|ZSTD_)/.test(String(error.code));
