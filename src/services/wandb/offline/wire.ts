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
 * Fields of a message: integers, and what has a length, which is decoded when it is read. Those of other wire types
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

/**
 * Field numbers of W&B's protobuf messages, from wandb/proto/wandb_internal.proto and wandb_base.proto (0.30). Only
 * those that are written or read; the others are passed over, as protobuf means it.
 */

/** `Record`: what a log is a sequence of. Exactly one of the messages is set. */
export const RECORD = {
  num: 1,
  history: 2,
  summary: 3,
  config: 5,
  files: 6,
  stats: 7,
  artifact: 8,
  /** The console. `output` (4) is in the protocol too, but `wandb sync` and leet pass it over. */
  outputRaw: 13,
  run: 17,
  exit: 18,
  header: 21,
  info: 200,
} as const;

/** `_RecordInfo`: the stream is the run's id. */
export const INFO = { streamId: 1 } as const;

/** `HeaderRecord` and the `VersionInfo` in it. */
export const HEADER = { versionInfo: 1 } as const;
export const VERSION_INFO = { producer: 1, minConsumer: 2 } as const;

export const RUN = {
  runId: 1,
  entity: 2,
  project: 3,
  config: 4,
  jobType: 7,
  displayName: 8,
  tags: 10,
  host: 13,
  startTime: 17,
} as const;

/** google.protobuf.Timestamp. */
export const TIMESTAMP = { seconds: 1, nanos: 2 } as const;

/** `ConfigRecord` and `SummaryRecord` alike. */
export const UPDATE = { update: 1, remove: 2 } as const;

/** `HistoryItem`, `ConfigItem`, `SummaryItem` and `StatsItem` alike: a key or a path of keys, and JSON. */
export const ITEM = { key: 1, nestedKey: 2, valueJson: 16 } as const;

export const HISTORY = { item: 1, step: 2 } as const;
/** `HistoryStep`. */
export const STEP = { num: 1 } as const;

export const STATS = { timestamp: 2, item: 3 } as const;

/** `OutputRawRecord`; its type is 0 for stderr and 1 for stdout. */
export const OUTPUT_RAW = { outputType: 1, timestamp: 2, line: 3 } as const;
export const STDOUT = 1;

/** `FilesRecord` and `FilesItem`. */
export const FILES = { files: 1 } as const;
export const FILE = { path: 1 } as const;

export const ARTIFACT = {
  runId: 1,
  project: 2,
  entity: 3,
  type: 4,
  name: 5,
  digest: 6,
  description: 7,
  metadata: 8,
  /** Not put out by the run that names it: W&B draws no edge from the run to it. */
  userCreated: 9,
  useAfterCommit: 10,
  aliases: 11,
  manifest: 12,
  finalize: 14,
  clientId: 15,
  sequenceClientId: 16,
  /** Since 0.29; older clients pass it over. */
  digestAlgorithm: 20,
} as const;

/** `ArtifactManifest`. */
export const MANIFEST = { version: 1, storagePolicy: 2, storagePolicyConfig: 3, contents: 4 } as const;
/** `StoragePolicyConfigItem`. */
export const POLICY_ITEM = { key: 1, valueJson: 2 } as const;
/** `ArtifactManifestEntry`. */
export const ENTRY = { path: 1, digest: 2, size: 4, localPath: 6 } as const;

/** `RunExitRecord`; `runtime` is in whole seconds. */
export const EXIT = { exitCode: 1, runtime: 2 } as const;
