import { endianness } from 'node:os';

const NEWLINE = 10;
const SPACE = 32;
const ZERO = 48;
/** Bits of a slot that are a rank. Those of the hash above them tell most others apart without a look at their bytes. */
export const RANK = (1 << 18) - 1;
/** Slots to a token, at least. */
const ROOM = 1.25;

const NO_SIX = 255;
/** The value of each base64 letter by its code. */
const SIXES = new Uint8Array(256).fill(NO_SIX);
for (const [value, letter] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries())
  SIXES[letter.charCodeAt(0)] = value;

/** What an encoding knows, in memory that threads share. */
export interface SharedPairs {
  /** The bytes of all tokens, by rank. */
  readonly bytes: Uint8Array;
  /** Where each token begins in `bytes`, and the last one's end. */
  readonly begins: Uint32Array;
  /** Ranks plus one, by hash, each at the first free place from its own; 0 is free. Bits of the hash stand above them. */
  readonly slots: Int32Array;
  readonly longest: number;
}

/** FNV-1a, its high bits folded in. */
export function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash ^ (hash >>> 15);
}

/**
 * Reads a table in tiktoken's form: a line a token, its bytes in base64, a space, its rank, ranks counting up from 0. Throws Error for
 * another one.
 */
export function readPairs(table: Uint8Array): SharedPairs {
  const lines = countOf(table, NEWLINE);
  const bytes = new Uint8Array(new SharedArrayBuffer(table.length));
  bytes.set(table);
  const begins = new Uint32Array(new SharedArrayBuffer(4 * (lines + 1)));
  decodeTable(bytes, begins);
  if (lines > RANK) throw new Error(`A table of ${lines} byte pairs is too large.`);
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, lines * ROOM)));
  const slots = new Int32Array(new SharedArrayBuffer(4 * size));
  let longest = 0;
  for (let rank = 0; rank < lines; rank += 1) {
    const start = begins[rank] ?? 0;
    const end = begins[rank + 1] ?? 0;
    longest = Math.max(longest, end - start);
    const hash = hashOf(bytes, start, end);
    let slot = hash & (size - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (size - 1);
    slots[slot] = (hash & ~RANK) | (rank + 1);
  }
  return { bytes: bytes.subarray(0, begins[lines]), begins, slots, longest };
}

function countOf(bytes: Uint8Array, wanted: number): number {
  let found = 0;
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) found += 1;
  return found;
}

/** Puts the bytes of all tokens at the table's own beginning, one after the other, and notes where each begins. */
function decodeTable(table: Uint8Array, begins: Uint32Array): void {
  let used = 0;
  let at = 0;
  for (let line = 0; at < table.length; line += 1) {
    const before = used;
    used = decodeToken(table, at, used);
    at += Math.ceil((used - before) / 3) * 4;
    const spaced = table[at] === SPACE;
    let rank = 0;
    for (at += 1; at < table.length && table[at] !== NEWLINE; at += 1) rank = rank * 10 + (table[at] ?? 0) - ZERO;
    if (!spaced || rank !== line || at === table.length || used === before)
      throw new Error(`A table of byte pairs is not as it should be at line ${line + 1}.`);
    at += 1;
    begins[line + 1] = used;
  }
}

/** Puts the bytes that are base64 from `at` on to where `used` ends, which is before; gives their end. */
function decodeToken(table: Uint8Array, at: number, used: number): number {
  let end = used;
  let bits = 0;
  let held = 0;
  for (let from = at; ; from += 1) {
    const six = SIXES[table[from] ?? 0] ?? NO_SIX;
    if (six === NO_SIX) return end;
    bits = ((bits << 6) | six) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    table[end] = bits >> held;
    end += 1;
  }
}

/** Numbers at the beginning of a packed table: how many tokens, how many `slots`, and `longest`. */
const HEAD = 3;
const WORD = Uint32Array.BYTES_PER_ELEMENT;
/** Bits of a token's length; its slot is above them. */
const LENGTH_BITS = 8;

/**
 * The table for a file: the head; of each token its length and its slot, in four bytes, the lowest first; the bytes of all tokens. Throws
 * Error where a token is longer than 255 bytes.
 */
export function packPairs({ bytes, begins, slots, longest }: SharedPairs): Uint8Array {
  const tokens = begins.length - 1;
  if (longest >> LENGTH_BITS > 0) throw new Error(`A token of ${longest} bytes is too long to be packed.`);
  const numbers = new Uint32Array(HEAD + tokens);
  numbers.set([tokens, slots.length, longest]);
  slots.forEach((place, slot) => {
    if (place > 0)
      numbers[HEAD + place - 1] = (slot << LENGTH_BITS) | ((begins[place] ?? 0) - (begins[place - 1] ?? 0));
  });
  return Buffer.concat([inFileOrder(new Uint8Array(numbers.buffer)), bytes]);
}

/** What was packed; the bytes of tokens are not copied. Throws Error where it is cut or longer than it says. */
export function unpackPairs(packed: SharedArrayBuffer): SharedPairs {
  const numbersAt = (word: number, words: number): Uint32Array => {
    if ((word + words) * WORD > packed.byteLength) throw oddLength();
    const copy = new Uint8Array(words * WORD);
    copy.set(new Uint8Array(packed, word * WORD, copy.length));
    return new Uint32Array(inFileOrder(copy).buffer);
  };
  const [tokens = 0, slotCount = 0, longest = 0] = numbersAt(0, HEAD);
  const begins = new Uint32Array(new SharedArrayBuffer((tokens + 1) * WORD));
  const slots = new Int32Array(new SharedArrayBuffer(slotCount * WORD));
  let end = 0;
  let place = 0;
  for (const number of numbersAt(HEAD, tokens)) {
    place += 1;
    end += number & ((1 << LENGTH_BITS) - 1);
    begins[place] = end;
    slots[number >>> LENGTH_BITS] = place;
  }
  const bytes = new Uint8Array(packed, (HEAD + tokens) * WORD);
  if (bytes.length !== end) throw oddLength();
  return { bytes, begins, slots, longest };
}

const oddLength = (): Error => new Error('A packed table of byte pairs is not as long as it says.');

/** The bytes of numbers, turned round where this processor has the highest first. */
function inFileOrder(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (endianness() === 'BE') Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).swap32();
  return bytes;
}
