const SPACE = 32;
const NEWLINE = 10;
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
  return { bytes, begins, slots, longest };
}

function countOf(bytes: Uint8Array, wanted: number): number {
  let found = 0;
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) found += 1;
  return found;
}

/** FNV-1a, its high bits folded in. */
export function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash ^ (hash >>> 15);
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

/** Numbers before a packed table: its format, its tokens, its slots and the bytes of its longest token. */
const HEAD = 4;
const FORMAT = 0x4c425033;

/** A table in the form that `unpackPairs` reads. Its numbers have the order of bytes of this machine. */
export function packPairs({ bytes, begins, slots, longest }: SharedPairs): Uint8Array {
  const tokens = begins.length - 1;
  const numbers = new Uint32Array(HEAD + slots.length + begins.length);
  numbers.set([FORMAT, tokens, slots.length, longest]);
  numbers.set(slots, HEAD);
  numbers.set(begins, HEAD + slots.length);
  const used = bytes.subarray(0, begins[tokens]);
  const packed = new Uint8Array(numbers.byteLength + used.length);
  packed.set(new Uint8Array(numbers.buffer));
  packed.set(used, numbers.byteLength);
  return packed;
}

/** What `packPairs` made; null for anything else, a machine's of another order of bytes too. */
export function unpackPairs(memory: SharedArrayBuffer): SharedPairs | null {
  const [format, tokens = 0, places = 0, longest = 0] = new Uint32Array(memory, 0, HEAD);
  if (format !== FORMAT) return null;
  const slots = new Int32Array(memory, 4 * HEAD, places);
  const begins = new Uint32Array(memory, 4 * (HEAD + places), tokens + 1);
  return { begins, slots, longest, bytes: new Uint8Array(memory, 4 * (HEAD + places + tokens + 1)) };
}
