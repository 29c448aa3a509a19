import type { SQLInputValue } from 'node:sqlite';

/** A record as it lies in a leaf page of a table. */
export interface LeafRecord {
  readonly rowid: number;
  /** In the order of the table's columns; its integer primary key is null, for the row id is that. */
  readonly values: readonly SQLInputValue[];
}

/** Of every database of ours, in bytes. This and what follows: sqlite.org/fileformat.html, "B-tree pages" and "Record format". */
const PAGE = 4096;
const TABLE_LEAF = 0x0d;
const LEAF_HEADER = 8;
/** The first page begins with the header of the file. */
const FILE_HEADER = 100;
const MOST_LOCAL = PAGE - 35;
const LEAST_LOCAL = Math.floor(((PAGE - 12) * 32) / 255) - 23;
/** A longer record was never written; damage may claim one. */
const LONGEST = 2 ** 27;

/**
 * Every record that lies whole in some leaf page of some table, found page by page, since the pages that led there may be lost.
 * Pages that are free by now are among them: what was removed of late may come back.
 */
export function* leafRecords(file: Buffer): Generator<LeafRecord> {
  for (let page = 0; page + PAGE <= file.length; page += PAGE) {
    const start = page + (page === 0 ? FILE_HEADER : 0);
    if (file[start] !== TABLE_LEAF) continue;
    const cells = Math.min(file.readUInt16BE(start + 3), PAGE / 4);
    for (let cell = 0; cell < cells; cell += 1) {
      const pointer = start + LEAF_HEADER + 2 * cell;
      if (pointer + 2 > page + PAGE) break;
      const record = readCell(file, page + file.readUInt16BE(pointer));
      if (record !== null) yield record;
    }
  }
}

/** Null where the bytes are no record. */
function readCell(file: Buffer, at: number): LeafRecord | null {
  try {
    const length = varint(file, at);
    const rowid = varint(file, length.end);
    if (length.value > LONGEST) return null;
    return { rowid: rowid.value, values: valuesOf(payloadAt(file, rowid.end, length.value)) };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** What does not fit into its page goes on in a chain of others, each of which begins with the number of the next. */
function payloadAt(file: Buffer, at: number, length: number): Buffer {
  if (length <= MOST_LOCAL) return slice(file, at, length);
  const fitting = LEAST_LOCAL + ((length - LEAST_LOCAL) % (PAGE - 4));
  const local = fitting <= MOST_LOCAL ? fitting : LEAST_LOCAL;
  const parts = [slice(file, at, local)];
  let left = length - local;
  let next = file.readUInt32BE(at + local);
  while (left > 0) {
    if (next === 0) throw new RangeError('the chain ends early');
    const from = (next - 1) * PAGE;
    const part = slice(file, from + 4, Math.min(left, PAGE - 4));
    parts.push(part);
    left -= part.length;
    next = file.readUInt32BE(from);
  }
  return Buffer.concat(parts);
}

function slice(bytes: Buffer, at: number, length: number): Buffer {
  if (at < 0 || at + length > bytes.length) throw new RangeError('outside the file');
  return bytes.subarray(at, at + length);
}

function valuesOf(payload: Buffer): SQLInputValue[] {
  const header = varint(payload, 0);
  const types: number[] = [];
  let at = header.end;
  while (at < header.value) {
    const type = varint(payload, at);
    types.push(type.value);
    at = type.end;
  }
  return types.map((type) => {
    const value = slice(payload, at, sizeOf(type));
    at += value.length;
    return decoded(type, value);
  });
}

const INTEGER_SIZES = [0, 1, 2, 3, 4, 6, 8] as const;
const DOUBLE = 7;
const FIRST_BLOB = 12;

function sizeOf(type: number): number {
  if (type >= FIRST_BLOB) return Math.floor((type - FIRST_BLOB) / 2);
  return type === DOUBLE ? 8 : (INTEGER_SIZES[type] ?? 0);
}

function decoded(type: number, bytes: Buffer): SQLInputValue {
  if (type === 0) return null;
  if (type >= FIRST_BLOB) return type % 2 === 0 ? bytes : bytes.toString('utf8');
  if (type === DOUBLE) return bytes.readDoubleBE(0);
  // Eight and nine are the numbers nought and one, without bytes.
  if (type > DOUBLE) return type - 8;
  return bytes.length === 8 ? Number(bytes.readBigInt64BE(0)) : bytes.readIntBE(0, bytes.length);
}

/** Big-endian groups of seven bits, the ninth of eight; throws RangeError at the end of the bytes. */
function varint(bytes: Buffer, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let n = 0; n < 8; n += 1) {
    const byte = bytes.readUInt8(at + n);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: at + n + 1 };
  }
  return { value: value * 256 + bytes.readUInt8(at + 8), end: at + 9 };
}
