import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Writes fields of a message; an empty text, 0 and false are left out, as proto3 has it. Texts pass `mask`. */
export class MessageWriter {
  private readonly writer = new BinaryWriter();
  private readonly mask: (text: string) => string;

  constructor(mask: (text: string) => string) {
    this.mask = mask;
  }

  text(field: number, value: string): void {
    if (value !== '') this.writer.tag(field, WireType.LengthDelimited).string(this.mask(value));
  }

  /** Of a repeated field: an empty one counts. */
  texts(field: number, values: readonly string[]): void {
    for (const value of values) this.writer.tag(field, WireType.LengthDelimited).string(this.mask(value));
  }

  /** Any of the integer types that are varints; a fraction is cut off. */
  integer(field: number, value: number): void {
    const whole = Math.trunc(value);
    if (whole !== 0) this.writer.tag(field, WireType.Varint).int64(whole);
  }

  flag(field: number, value: boolean): void {
    if (value) this.writer.tag(field, WireType.Varint).bool(true);
  }

  message(field: number, write: () => void): void {
    this.writer.tag(field, WireType.LengthDelimited).fork();
    write();
    this.writer.join();
  }

  finish(): Uint8Array {
    return this.writer.finish();
  }
}

interface Field {
  readonly field: number;
  /** Of an integer; null for what has a length. */
  readonly integer: number | null;
  /** Of what has a length: where in the bytes it stands, length and all. */
  readonly at: number;
}

/**
 * Fields of a message: integers, and what has a length, which is decoded when it is asked for. Those of other wire types
 * are passed over. All messages in a record share one reader of its bytes, as logs have millions of them.
 */
export class MessageReader {
  private readonly fields: Field[] = [];
  private readonly reader: BinaryReader;

  private constructor(reader: BinaryReader, end: number) {
    this.reader = reader;
    while (reader.pos < end) {
      const [field, type] = reader.tag();
      if (type === WireType.Varint) this.fields.push({ field, integer: Number(reader.int64()), at: reader.pos });
      else if (type === WireType.LengthDelimited) this.fields.push({ field, integer: null, at: skipped(reader) });
      else reader.skip(type, field);
    }
    if (reader.pos !== end) throw new RangeError('A field is longer than its message.');
  }

  /** Throws for bytes that are no message. */
  static of(bytes: Uint8Array): MessageReader {
    return new MessageReader(new BinaryReader(bytes), bytes.length);
  }

  /** The numbers of the fields that are set, in their order. */
  numbers(): readonly number[] {
    return this.fields.map(({ field }) => field);
  }

  /** Empty when it is not set. */
  text(field: number): string {
    const found = this.fields.findLast((one) => one.field === field && one.integer === null);
    return found === undefined ? '' : this.textAt(found.at);
  }

  texts(field: number): readonly string[] {
    return this.placesOf(field).map((at) => this.textAt(at));
  }

  /** 0 when it is not set. */
  integer(field: number): number {
    return this.fields.findLast((one) => one.field === field)?.integer ?? 0;
  }

  messages(field: number): readonly MessageReader[] {
    return this.placesOf(field).map((at) => this.messageAt(at));
  }

  /** Null when it is not set. */
  message(field: number): MessageReader | null {
    const found = this.fields.findLast((one) => one.field === field && one.integer === null);
    return found === undefined ? null : this.messageAt(found.at);
  }

  private placesOf(field: number): readonly number[] {
    const places: number[] = [];
    for (const one of this.fields) if (one.field === field && one.integer === null) places.push(one.at);
    return places;
  }

  private textAt(at: number): string {
    this.reader.pos = at;
    return this.reader.string();
  }

  private messageAt(at: number): MessageReader {
    this.reader.pos = at;
    const length = this.reader.uint32();
    return new MessageReader(this.reader, this.reader.pos + length);
  }
}

/** Passes over what has a length, and gives where it stood. */
function skipped(reader: BinaryReader): number {
  const at = reader.pos;
  const length = reader.uint32();
  reader.pos += length;
  if (reader.pos > reader.len) throw new RangeError('A field is longer than its record.');
  return at;
}
