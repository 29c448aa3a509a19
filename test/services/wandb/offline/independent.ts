/**
 * Readers of W&B's logs that share nothing with the ones under test. The framing is read as LevelDB's doc/log_format.md
 * describes it, the content as protobuf.dev/programming-guides/encoding does; both are strict, and throw.
 */

const BLOCK = 32_768;

/** IEEE CRC-32: reflected, polynomial 0xEDB88320, all ones in and out. */
export function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (sum >>> 8) ^ (OF_BYTE[(sum ^ byte) & 0xff] ?? 0);
  return (sum ^ 0xffffffff) >>> 0;
}

const OF_BYTE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  return sum;
});

export interface Framed {
  readonly data: Buffer;
  /** Bytes of the file the record takes, zeros before it left out. */
  readonly from: number;
  readonly to: number;
  readonly types: readonly number[];
}

interface Fragment {
  readonly type: number;
  readonly from: number;
  readonly to: number;
  readonly data: Buffer;
}

/** Throws where the file is not exactly as the format has it. */
function* fragmentsOf(file: Buffer): Generator<Fragment, void, undefined> {
  if (file.subarray(0, 7).toString('hex') !== '3a572642e1be00') throw new Error('no header');
  for (let block = 0; block < file.length; block += BLOCK) {
    const end = Math.min(block + BLOCK, file.length);
    let place = block === 0 ? 7 : block;
    while (block + BLOCK - place >= 7 && place < end) {
      const from = place;
      place += 7 + file.readUInt16LE(from + 4);
      if (place > end) throw new Error(`a fragment at ${from} leaves its block`);
      if (crc32(file.subarray(from + 6, place)) !== file.readUInt32LE(from)) throw new Error(`checksum at ${from}`);
      yield { type: file.readUInt8(from + 6), from, to: place, data: file.subarray(from + 7, place) };
    }
    if (file.subarray(place, end).some((byte) => byte !== 0)) throw new Error(`padding at ${place}`);
  }
}

/** All records of a log. Throws where fragments do not make records. */
export function readFrames(file: Buffer): readonly Framed[] {
  const records: Framed[] = [];
  let open: Fragment[] = [];
  for (const fragment of fragmentsOf(file)) {
    const begins = fragment.type === 1 || fragment.type === 2;
    if (begins !== (open.length === 0) || fragment.type < 1 || fragment.type > 4)
      throw new Error(`at ${fragment.from}`);
    open.push(fragment);
    if (fragment.type === 2 || fragment.type === 3) continue;
    const data = Buffer.concat(open.map((one) => one.data));
    records.push({ data, from: open[0]?.from ?? 0, to: fragment.to, types: open.map(({ type }) => type) });
    open = [];
  }
  if (open.length > 0) throw new Error('a record does not end');
  return records;
}

/** A message, by field number: integers, and bytes of what has a length. */
export type Fields = ReadonlyMap<number, readonly (bigint | Buffer)[]>;

export function readFields(bytes: Buffer): Fields {
  const fields = new Map<number, (bigint | Buffer)[]>();
  let place = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[place++];
      if (byte === undefined) throw new Error('a varint does not end');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
  };
  while (place < bytes.length) {
    const tag = Number(varint());
    const values = fields.get(tag >> 3) ?? [];
    fields.set(tag >> 3, values);
    if ((tag & 7) === 0) values.push(varint());
    else if ((tag & 7) === 2) {
      const length = Number(varint());
      if (place + length > bytes.length) throw new Error('a field leaves its message');
      values.push(bytes.subarray(place, place + length));
      place += length;
    } else throw new Error(`wire type ${tag & 7}`);
  }
  return fields;
}

/** The message at a path of fields, the first of each. */
export function at(fields: Fields, ...path: readonly number[]): Fields {
  return path.reduce((inner, field) => {
    const value = inner.get(field)?.[0];
    if (!Buffer.isBuffer(value)) throw new Error(`no message in field ${field}`);
    return readFields(value);
  }, fields);
}

/** Every message of a repeated field. */
export const each = (fields: Fields, field: number): readonly Fields[] =>
  (fields.get(field) ?? []).map((value) => (Buffer.isBuffer(value) ? readFields(value) : new Map()));

export const textsIn = (fields: Fields, field: number): readonly string[] =>
  (fields.get(field) ?? []).map((value) => (Buffer.isBuffer(value) ? value.toString('utf8') : String(value)));

export const textIn = (fields: Fields, field: number): string | undefined => textsIn(fields, field)[0];

export const numberIn = (fields: Fields, field: number): number | undefined => {
  const value = fields.get(field)?.[0];
  return typeof value === 'bigint' ? Number(value) : undefined;
};
