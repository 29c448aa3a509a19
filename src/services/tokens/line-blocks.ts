import { readBytes } from '../filesystem/bytes.ts';

/** Bytes of a block: some hundred lines, and some ten milliseconds of a thread. */
const BLOCK = 1 << 19;
/** A longer line is for the reader of single lines to refuse. */
const MAX_LINE = 64 * 1024 * 1024;
const LINE_END = 0x0a;

/** Memory of blocks that are done with, to be written over by the next. */
export class BlockMemory {
  private readonly free: SharedArrayBuffer[] = [];

  /** At least as many bytes as a block has. */
  take(bytes: number): Buffer {
    return Buffer.from((bytes <= BLOCK ? this.free.pop() : undefined) ?? new SharedArrayBuffer(Math.max(BLOCK, bytes)));
  }

  give({ buffer }: Buffer): void {
    if (buffer instanceof SharedArrayBuffer && buffer.byteLength === BLOCK) this.free.push(buffer);
  }
}

/**
 * The file at `path` in blocks of whole lines, as bytes that threads share; the last line may lack its end. Null, and nothing more, at a line
 * of more than 64 MB. Throws FileError, and the signal's reason.
 */
export async function* lineBlocks(
  path: string,
  memory: BlockMemory,
  signal: AbortSignal,
): AsyncGenerator<Buffer | null, void> {
  let block = memory.take(BLOCK);
  let held = 0;
  /** Bytes of the block up to the last end of a line. */
  let ended = 0;
  /** Goes on in other memory with what follows the block's last line. */
  const goOn = (bytes: number): void => {
    const next = memory.take(bytes);
    block.copy(next, 0, ended, held);
    held -= ended;
    ended = 0;
    block = next;
  };
  for await (const piece of readBytes(path, { signal, isReused: true })) {
    if (held + piece.length > block.length && ended > 0) {
      const whole = block.subarray(0, ended);
      goOn(held - ended + piece.length);
      yield whole;
    }
    if (held + piece.length > block.length) goOn(2 * (held + piece.length));
    const end = piece.lastIndexOf(LINE_END) + 1;
    if (end > 0) ended = held + end;
    held += piece.copy(block, held);
    if (held - ended <= MAX_LINE) continue;
    yield null;
    return;
  }
  yield block.subarray(0, held);
}
