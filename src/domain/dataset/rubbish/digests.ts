/**
 * A text's digest of 53 bits, as a whole number: two multiplicative hashes of 32 bits (in the manner of Bryc's cyrb53). Of a million
 * different texts two are taken for the same once in some ten thousand files.
 */
export function digestOf(texts: readonly string[]): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (const text of texts) {
    const length = written(text);
    // Four bytes at a time: every text of a file goes through here.
    for (let at = 0; at * 4 < length; at += 1) {
      const word = words[at] ?? 0;
      a = Math.imul(a ^ word, 2654435761);
      a ^= a >>> 15;
      b = Math.imul(b ^ word, 1597334677);
      b ^= b >>> 13;
    }
    // Where one text ends is part of what is hashed.
    a = Math.imul(a, 2654435761) ^ length;
    b = Math.imul(b, 1597334677) + length;
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}

/** Written over by every text; as large as the largest. */
let bytes = Buffer.alloc(1 << 16);
let words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);

/** Writes a text's UTF-8 to `bytes`, with zeros up to a whole word; gives its length. */
function written(text: string): number {
  // No UTF-16 unit takes more than three bytes.
  if (text.length * 3 + 4 > bytes.length) {
    bytes = Buffer.alloc((text.length * 6 + 8) & ~3);
    words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  }
  const length = bytes.write(text);
  for (let at = length; at < length + 3; at += 1) bytes[at] = 0;
  return length;
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

/** Numbers by index, growing as they are set; 0 where none was. */
export class Numbers {
  private held: Float64Array = new Float64Array(1 << 10);

  get(index: number): number {
    return this.held[index] ?? 0;
  }

  set(index: number, value: number): void {
    if (index >= this.held.length) {
      const larger = new Float64Array(Math.max(index + 1, this.held.length * 2));
      larger.set(this.held);
      this.held = larger;
    }
    this.held[index] = value;
  }
}
