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
const FILE_HEADER: Uint8Array = Uint8Array.of(0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0x00);
export const BLOCK_BYTES = 32 * 1024;
const FRAGMENT_HEADER_BYTES = 7;

/** What a fragment is of its record: all of it, its beginning, something between, its end. */
const FRAGMENT = { full: 1, first: 2, middle: 3, last: 4 } as const;

const fragmentChecksum = (type: number, data: Uint8Array): number => crc32(data, crc32(Uint8Array.of(type)));

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

/** Where reading stopped before the end: `at` is the first byte of the first record that could not be read. */
export interface LogCut {
  readonly kind: 'header' | 'short' | 'checksum' | 'order' | 'content';
  readonly at: number;
  readonly why: string;
}

/** A record's bytes, and where in the file it begins. */
export interface FoundRecord {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/**
 * Records out of a log's bytes, which come in pieces of any size. Nothing is thrown: what stands before damage is read,
 * and `cut` says where that ended. What follows damage is not looked for, as a run with a hole in it would pass for a
 * whole one.
 */
export class LogReader {
  /** Null as long as nothing is wrong; final after `end`. */
  cut: LogCut | null = null;

  private readonly block = Buffer.alloc(BLOCK_BYTES);
  private filled = 0;
  /** Of the block's first byte in the file. */
  private base = 0;
  /** Of the next fragment in the block. */
  private next = 0;
  /** Of a record that is begun and not ended, joined once. */
  private parts: Uint8Array[] = [];
  private begunAt: number | null = null;

  /** The records that `piece` ends, copied out of it. */
  push(piece: Uint8Array): readonly FoundRecord[] {
    const records: FoundRecord[] = [];
    let taken = 0;
    while (taken < piece.length && this.cut === null) {
      const part = piece.subarray(taken, taken + BLOCK_BYTES - this.filled);
      this.block.set(part, this.filled);
      this.filled += part.length;
      taken += part.length;
      if (this.filled === BLOCK_BYTES) this.turnBlock(records);
    }
    return records;
  }

  /** After the last piece: the records of the last block, which need not be full. */
  end(): readonly FoundRecord[] {
    const records: FoundRecord[] = [];
    if (this.cut !== null) return records;
    if (this.base === 0 && this.filled < FILE_HEADER.length) {
      this.stop('short', 'The file ends within its header.');
      return records;
    }
    this.readFragments(records);
    const rest = this.filled - this.next;
    // Fewer bytes than a fragment's header at a block's end are padding, all of it or a part.
    const unread = rest > 0 && this.next <= BLOCK_BYTES - FRAGMENT_HEADER_BYTES;
    if (unread || this.begunAt !== null) this.stop('short', 'The file ends within a record.');
    return records;
  }

  private turnBlock(records: FoundRecord[]): void {
    this.readFragments(records);
    this.base += BLOCK_BYTES;
    this.filled = 0;
    this.next = 0;
  }

  private readFragments(records: FoundRecord[]): void {
    if (this.base === 0 && !this.takeHeader()) return;
    while (this.cut === null && this.next + FRAGMENT_HEADER_BYTES <= this.filled) {
      const length = this.block.readUInt16LE(this.next + 4);
      const from = this.next + FRAGMENT_HEADER_BYTES;
      if (from + length > BLOCK_BYTES) {
        this.stop('checksum', 'A record says it is longer than its block: its header is damaged.');
        return;
      }
      if (from + length > this.filled) return;
      const data = this.block.subarray(from, from + length);
      const type = this.block.readUInt8(this.next + 6);
      if (fragmentChecksum(type, data) !== this.block.readUInt32LE(this.next)) {
        this.stop('checksum', 'The checksum of a record does not fit its bytes.');
        return;
      }
      this.take(type, data, records);
      if (this.cut === null) this.next = from + length;
    }
  }

  private takeHeader(): boolean {
    if (!FILE_HEADER.every((byte, place) => this.block[place] === byte)) {
      this.stop('header', 'The file does not begin as a W&B log does.');
      return false;
    }
    this.next = FILE_HEADER.length;
    return true;
  }

  /** `data` is copied, as the block is used again. */
  private take(type: number, data: Uint8Array, records: FoundRecord[]): void {
    const begins = type === FRAGMENT.full || type === FRAGMENT.first;
    const known = begins || type === FRAGMENT.middle || type === FRAGMENT.last;
    if (!known || begins !== (this.begunAt === null)) {
      this.stop('order', `A part of a record stands where none belongs (type ${type}).`);
      return;
    }
    if (type === FRAGMENT.full) {
      records.push({ at: this.base + this.next, bytes: Uint8Array.from(data) });
      return;
    }
    this.begunAt ??= this.base + this.next;
    this.parts.push(Uint8Array.from(data));
    if (type !== FRAGMENT.last) return;
    records.push({ at: this.begunAt, bytes: Buffer.concat(this.parts) });
    this.parts = [];
    this.begunAt = null;
  }

  private stop(kind: LogCut['kind'], why: string): void {
    // What follows damage is damage too: the first one counts.
    this.cut ??= { kind, at: this.begunAt ?? this.base + this.next, why };
  }
}
