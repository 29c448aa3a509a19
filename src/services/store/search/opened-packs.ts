import { zstdDecompressSync } from 'node:zlib';
import { jsonIn } from '../rows/packs.ts';

/** Packs that were opened together. */
export interface OpenedPacks {
  /** Their JSON texts in UTF-8, one behind another. */
  readonly bytes: Buffer;
  /** Where each of them ends. */
  readonly ends: readonly number[];
}

/** Bytes from which on no more packs are opened at a time: more than the packs of a page of rows have. */
const ENOUGH = 2 ** 19;

/**
 * Opens packs in their order, some together: half of what it takes to open one is making a decompressor, which the frames of Zstandard
 * behind one another share (RFC 8878, 3). One that is damaged is as one without rows: whoever reads such a row is told of it. Their bytes are gone once the
 * next ones are asked for, and so are those of the packs.
 */
export function* openPacks(packs: readonly Uint8Array[]): Generator<OpenedPacks> {
  const sizes = packs.map(sizeOf);
  for (let next = 0; next < packs.length; ) {
    const start = next;
    let total = 0;
    for (; next < packs.length && total < ENOUGH; next += 1) total += sizes[next] ?? 0;
    const opened = openSome(packs.slice(start, next), sizes.slice(start, next), total);
    for (const pack of packs.slice(start, next)) free(pack);
    yield opened;
    free(opened.bytes);
  }
}

/** Packs of such sizes, as far as these are known. */
function openSome(packs: readonly Uint8Array[], sizes: readonly number[], total: number): OpenedPacks {
  const together = sizes.includes(UNKNOWN) ? null : openedTogether(packs, total);
  if (together !== null) return { bytes: together, ends: endsOf(sizes) };
  const each = packs.map(opened);
  return { bytes: Buffer.concat(each), ends: endsOf(each.map(({ length }) => length)) };
}

function endsOf(sizes: readonly number[]): readonly number[] {
  let end = 0;
  return sizes.map((size) => {
    end += size;
    return end;
  });
}

function opened(pack: Uint8Array): Buffer {
  try {
    return jsonIn(pack);
  } catch {
    return Buffer.from('[]');
  }
}

/** Null where one is damaged, or this Node stops behind the first frame. */
function openedTogether(packs: readonly Uint8Array[], total: number): Buffer | null {
  const joined = behindOneAnother(packs);
  try {
    const all = zstdDecompressSync(joined, { chunkSize: Math.max(total + 1, OWN_BYTES) });
    return all.length === total ? all : null;
  } catch {
    return null;
  } finally {
    free(joined);
  }
}

/** Node puts fewer bytes in a piece of memory that they share with others, none of which can be given back by itself. */
const OWN_BYTES = Buffer.poolSize >>> 1;

function behindOneAnother(packs: readonly Uint8Array[]): Buffer {
  const joined = Buffer.allocUnsafeSlow(packs.reduce((total, { length }) => total + length, 0));
  let end = 0;
  for (const pack of packs) {
    joined.set(pack, end);
    end += pack.length;
  }
  return joined;
}

/**
 * Gives memory back that would wait for a collection of garbage, where bytes share it with no others: a million rows have some hundred
 * megabytes of packs, and half a gigabyte of texts.
 */
function free({ buffer, byteOffset, byteLength }: Uint8Array): void {
  const own = [byteLength, byteLength + 1, OWN_BYTES];
  if (buffer instanceof ArrayBuffer && byteOffset === 0 && own.includes(buffer.byteLength)) buffer.transfer(0);
}

/** A size that a frame does not say; no pack is empty. */
const UNKNOWN = 0;
/** Where a frame says what it is, and the most bytes that are read of it. */
const DESCRIPTOR = 4;
const HEADER = 18;
/** By the two lowest bits of the descriptor: bytes of the number of a dictionary. */
const DICTIONARY_BYTES = [0, 1, 2, 4];
/** What a size of two bytes leaves out. */
const SMALLEST = 256;

/** Bytes that a frame of Zstandard says it holds (RFC 8878, 3.1.1.1), if it says so in two or four bytes. */
function sizeOf(frame: Uint8Array): number {
  if (frame.length < HEADER) return UNKNOWN;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const descriptor = view.getUint8(DESCRIPTOR);
  const isOneSegment = (descriptor & 0x20) !== 0;
  const at = DESCRIPTOR + (isOneSegment ? 1 : 2) + (DICTIONARY_BYTES[descriptor & 3] ?? 0);
  const form = descriptor >> 6;
  if (form === 1) return view.getUint16(at, true) + SMALLEST;
  return form === 2 && view.getUint32(at, true) <= LARGEST ? view.getUint32(at, true) : UNKNOWN;
}

/** What a damaged frame says it holds may be any number: room is made for no more. */
const LARGEST = 2 ** 26;
