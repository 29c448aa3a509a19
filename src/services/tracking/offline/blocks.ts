import { crc32 } from 'node:zlib';

/**
 * The framing of W&B's logs: LevelDB's log format (github.com/google/leveldb, doc/log_format.md) with two changes of
 * W&B's. A file header of 7 bytes belongs to the first block, and a checksum is plain IEEE CRC-32 over the type and the
 * data, where LevelDB has a masked CRC-32C.
 *
 *     file     := ":W&B" 0xE1 0xBE version(0) block*
 *     block    := fragment* zeros, 32 KiB in all; the last one may be shorter
 *     fragment := checksum(uint32) length(uint16) type(uint8) data, little-endian
 */
export const FILE_HEADER: Uint8Array = Uint8Array.of(0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0x00);
export const BLOCK_BYTES = 32 * 1024;
export const FRAGMENT_HEADER_BYTES = 7;

/** What a fragment is of its record: all of it, its beginning, something between, its end. */
export const FRAGMENT = { full: 1, first: 2, middle: 3, last: 4 } as const;

export const fragmentChecksum = (type: number, data: Uint8Array): number => crc32(data, crc32(Uint8Array.of(type)));

/** The bytes of a log: its header, then a chunk for each record. Only one record is in memory. */
export function* encodeLog(records: Iterable<Uint8Array>): Generator<Uint8Array, void, undefined> {
  yield FILE_HEADER;
  let place = FILE_HEADER.length;
  for (const record of records) {
    const chunk = framed(record, place);
    place += chunk.length;
    yield chunk;
  }
}

/** A record as it stands at `place`, bytes from the beginning of the file, with the zeros that may go before it. */
function framed(record: Uint8Array, place: number): Uint8Array {
  const chunk = Buffer.alloc(mostBytes(record.length));
  let [end, taken, written] = [0, 0, false];
  while (taken < record.length || !written) {
    const left = BLOCK_BYTES - ((place + end) % BLOCK_BYTES);
    if (left < FRAGMENT_HEADER_BYTES) {
      // Too little for a fragment's header: zeros, which the chunk is already made of.
      end += left;
      continue;
    }
    // With room for the header alone, the first fragment is empty; LevelDB's own writer does the same.
    const data = record.subarray(taken, taken + left - FRAGMENT_HEADER_BYTES);
    taken += data.length;
    const type = typeOf(written, taken === record.length);
    chunk.writeUInt32LE(fragmentChecksum(type, data), end);
    chunk.writeUInt16LE(data.length, end + 4);
    chunk.writeUInt8(type, end + 6);
    chunk.set(data, end + FRAGMENT_HEADER_BYTES);
    end += FRAGMENT_HEADER_BYTES + data.length;
    written = true;
  }
  return chunk.subarray(0, end);
}

function typeOf(begun: boolean, ends: boolean): number {
  if (begun) return ends ? FRAGMENT.last : FRAGMENT.middle;
  return ends ? FRAGMENT.full : FRAGMENT.first;
}

/** Room for a record wherever it begins: zeros, and a header in each block it may touch. */
const mostBytes = (length: number): number =>
  length + FRAGMENT_HEADER_BYTES * (3 + Math.ceil(length / (BLOCK_BYTES - FRAGMENT_HEADER_BYTES)));
