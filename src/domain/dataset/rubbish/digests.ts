/**
 * Makes a digest of 53 bits of texts one after the other, as a whole number: two multiplicative hashes of 32 bits (in the manner of Bryc's
 * cyrb53). Of a million different texts two are taken for the same once in some ten thousand files.
 */
export class Digest {
  private a = 0;
  private b = 0;

  /** Forgets every text. */
  begin(): this {
    this.a = 0xdeadbeef;
    this.b = 0x41c6ce57;
    return this;
  }

  /** A text by its UTF-8, which stands from `start` to `end`. */
  add(bytes: Uint8Array, start: number, end: number): this {
    let { a, b } = this;
    let at = start;
    // Four bytes at a time: every text of a file goes through here.
    for (; at + 4 <= end; at += 4) {
      const word =
        (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
      a = Math.imul(a ^ word, 2654435761);
      a ^= a >>> 15;
      b = Math.imul(b ^ word, 1597334677);
      b ^= b >>> 13;
    }
    let rest = 0;
    for (; at < end; at += 1) rest = (rest << 8) | (bytes[at] ?? 0);
    a = Math.imul(a ^ rest, 2654435761);
    b = Math.imul(b ^ rest, 1597334677);
    // Where one text ends is part of what is hashed.
    this.a = Math.imul(a ^ (a >>> 15), 2654435761) ^ (end - start);
    this.b = Math.imul(b ^ (b >>> 13), 1597334677) + (end - start);
    return this;
  }

  end(): number {
    let { a, b } = this;
    a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
    b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
    return 4294967296 * (2097151 & b) + (a >>> 0);
  }
}

const digest = new Digest();
/** Written over by every text; as large as the largest. */
let written = Buffer.alloc(1 << 16);

/** The digest of texts. */
export function digestOf(texts: readonly string[]): number {
  digest.begin();
  for (const text of texts) {
    // No UTF-16 unit takes more than three bytes.
    if (text.length * 3 > written.length) written = Buffer.alloc(text.length * 6);
    digest.add(written, 0, written.write(text));
  }
  return digest.end();
}

/** From digests to numbers above 0, in 12 bytes an entry and as much again for room: a million take some 25 MB. */
export class DigestMap {
  private keys = new Float64Array(1 << 15);
  private values = new Int32Array(1 << 15);
  private size = 0;

  /** The number that the digest was given first; null when that is now. */
  first(digest: number, value: number): number | null {
    const at = this.place(digest);
    const known = this.values[at] ?? 0;
    if (known > 0) return known;
    this.keys[at] = digest;
    this.values[at] = value;
    this.size += 1;
    if (this.size * 5 > this.keys.length * 3) this.grow();
    return null;
  }

  /** Counts the digest and gives how often it was there before. */
  count(digest: number): number {
    const before = this.first(digest, 1);
    if (before === null) return 0;
    this.values[this.place(digest)] = before + 1;
    return before;
  }

  has(digest: number): boolean {
    return (this.values[this.place(digest)] ?? 0) > 0;
  }

  private place(digest: number): number {
    const mask = this.keys.length - 1;
    let at = digest & mask;
    while ((this.values[at] ?? 0) > 0 && this.keys[at] !== digest) at = (at + 1) & mask;
    return at;
  }

  private grow(): void {
    const { keys, values } = this;
    this.keys = new Float64Array(keys.length * 2);
    this.values = new Int32Array(values.length * 2);
    values.forEach((value, index) => {
      if (value === 0) return;
      const at = this.place(keys[index] ?? 0);
      this.keys[at] = keys[index] ?? 0;
      this.values[at] = value;
    });
  }
}

const CHUNK_BITS = 15;
const CHUNK = 1 << CHUNK_BITS;

/** Digests by line, eight bytes each; 0 where none was set. In chunks, for to grow one list is to hold it twice. */
export class LineDigests {
  private readonly chunks: Float64Array[] = [];

  get(line: number): number {
    return this.chunks[line >>> CHUNK_BITS]?.[line & (CHUNK - 1)] ?? 0;
  }

  set(line: number, digest: number): void {
    const at = line >>> CHUNK_BITS;
    this.chunks[at] ??= new Float64Array(CHUNK);
    const chunk = this.chunks[at];
    chunk[line & (CHUNK - 1)] = digest;
  }
}

/** On which line each digest was first: four bytes an entry and as much again for room, the digests being those of the lines. */
export class FirstLines {
  private readonly digests: LineDigests;
  /** Lines by their digest, each at the first free place from its own; 0 is free. */
  private slots = new Int32Array(1 << 12);
  private size = 0;

  constructor(digests: LineDigests) {
    this.digests = digests;
  }

  /** The line that had the digest of this one first; null when that is this one. */
  first(line: number): number | null {
    const at = this.place(this.slots, this.digests.get(line));
    const known = this.slots[at] ?? 0;
    if (known > 0) return known;
    this.slots[at] = line;
    this.size += 1;
    if (this.size * 3 > this.slots.length * 2) this.grow();
    return null;
  }

  private place(slots: Int32Array, digest: number): number {
    const mask = slots.length - 1;
    let at = digest & mask;
    for (let line = slots[at] ?? 0; line > 0 && this.digests.get(line) !== digest; line = slots[at] ?? 0)
      at = (at + 1) & mask;
    return at;
  }

  private grow(): void {
    const larger = new Int32Array(this.slots.length * 2);
    for (const line of this.slots) if (line > 0) larger[this.place(larger, this.digests.get(line))] = line;
    this.slots = larger;
  }
}

/** Lines by number, a bit each. */
export class LineSet {
  private readonly chunks: Uint8Array[] = [];
  size = 0;

  has(line: number): boolean {
    return (((this.chunks[line >>> CHUNK_BITS]?.[(line & (CHUNK - 1)) >>> 3] ?? 0) >>> (line & 7)) & 1) === 1;
  }

  add(line: number): void {
    if (this.has(line)) return;
    const at = line >>> CHUNK_BITS;
    this.chunks[at] ??= new Uint8Array(CHUNK >>> 3);
    const chunk = this.chunks[at];
    const byte = (line & (CHUNK - 1)) >>> 3;
    chunk[byte] = (chunk[byte] ?? 0) | (1 << (line & 7));
    this.size += 1;
  }
}
