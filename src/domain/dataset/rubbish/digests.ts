import { viewOf } from '../../text/byte-views.ts';

/** MurmurHash3_x86_128 (Appleby, 2011): what four bytes are multiplied by before they are mixed in, and what is added then, a lane each. */
const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;
const LANE = 16;
const SEED = 0x9747b28c | 0;

/** Four bytes as they are mixed into a lane. */
const mixedIn = (word: number, before: number, turn: number, after: number): number => {
  const mixed = Math.imul(word, before);
  return Math.imul((mixed << turn) | (mixed >>> (32 - turn)), after);
};

const turned = (value: number, turn: number): number => (value << turn) | (value >>> (32 - turn));

function finished(value: number): number {
  const mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  const again = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return again ^ (again >>> 16);
}

/**
 * Makes a digest of 53 bits of texts one after the other, as a whole number: of the 128 of MurmurHash3, whose four lanes take sixteen bytes at a time. Of a
 * million different texts two are taken for the same once in some ten thousand files.
 */
export class Digest {
  private a = 0;
  private b = 0;
  private c = 0;
  private d = 0;

  /** Forgets every text. */
  begin(): this {
    this.a = SEED;
    this.b = SEED;
    this.c = SEED;
    this.d = SEED;
    return this;
  }

  /** A text by its UTF-8, which stands from `start` to `end`. */
  add(view: DataView, start: number, end: number): this {
    let { a, b, c, d } = this;
    let at = start;
    for (; at + LANE <= end; at += LANE) {
      a ^= mixedIn(view.getInt32(at, true), C1, 15, C2);
      a = (Math.imul(turned(a, 19) + b, 5) + 0x561ccd1b) | 0;
      b ^= mixedIn(view.getInt32(at + 4, true), C2, 16, C3);
      b = (Math.imul(turned(b, 17) + c, 5) + 0x0bcaa747) | 0;
      c ^= mixedIn(view.getInt32(at + 8, true), C3, 17, C4);
      c = (Math.imul(turned(c, 15) + d, 5) + 0x96cd1c35) | 0;
      d ^= mixedIn(view.getInt32(at + 12, true), C4, 18, C1);
      d = (Math.imul(turned(d, 13) + a, 5) + 0x32ac3b17) | 0;
    }
    if (at < end) {
      a ^= mixedIn(upTo(view, at, end), C1, 15, C2);
      b ^= mixedIn(upTo(view, at + 4, end), C2, 16, C3);
      c ^= mixedIn(upTo(view, at + 8, end), C3, 17, C4);
      d ^= mixedIn(upTo(view, at + 12, end), C4, 18, C1);
    }
    // Where one text ends is part of what is hashed.
    const length = end - start;
    this.a = (a ^ length) + (b ^ length) + (c ^ length) + (d ^ length);
    this.a |= 0;
    this.b = ((b ^ length) + this.a) | 0;
    this.c = ((c ^ length) + this.a) | 0;
    this.d = ((d ^ length) + this.a) | 0;
    return this;
  }

  end(): number {
    const b = finished(this.b);
    const sum = (finished(this.a) + b + finished(this.c) + finished(this.d)) | 0;
    return 4294967296 * (2097151 & (b + sum)) + (sum >>> 0);
  }
}

/** The bytes from `at` to `end`, four at most. */
function upTo(view: DataView, at: number, end: number): number {
  if (at + 4 <= end) return view.getInt32(at, true);
  let word = 0;
  for (let last = end - 1; last >= at; last -= 1) word = (word << 8) | view.getUint8(last);
  return word;
}

const digest = new Digest();
/** Written over by every text; as large as the largest. */
let written = Buffer.alloc(1 << 16);
let view = viewOf(written);

/** The digest of texts. */
export function digestOf(texts: readonly string[]): number {
  digest.begin();
  for (const text of texts) {
    // No UTF-16 unit takes more than three bytes.
    if (text.length * 3 > written.length) {
      written = Buffer.alloc(text.length * 6);
      view = viewOf(written);
    }
    digest.add(view, 0, written.write(text));
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
