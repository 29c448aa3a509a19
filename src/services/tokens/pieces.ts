/**
 * Finds where the piece of a text that begins at `at` ends; -1 where signs beyond ASCII have a say, and the pattern must be asked. The text is given by
 * its characters' codes, all that are no ASCII as any from 128 on, and ends at `end`.
 */
export type FindPieceEnd = (codes: Uint8Array, at: number, end: number) => number;

const WIDE = 0;
const LOWER = 1;
const UPPER = 2;
const DIGIT = 3;
const SPACE = 4;
const BREAK = 5;
const SIGN = 6;
const END = 7;

/** What `\p{L}`, `\p{N}` and `\s` make of the characters of ASCII. */
const KINDS = Uint8Array.from({ length: 256 }, (_, code) => {
  if (code > 127) return WIDE;
  const char = String.fromCharCode(code);
  if (/[a-z]/.test(char)) return LOWER;
  if (/[A-Z]/.test(char)) return UPPER;
  if (/[0-9]/.test(char)) return DIGIT;
  if (/[\r\n]/.test(char)) return BREAK;
  return /\s/.test(char) ? SPACE : SIGN;
});

const APOSTROPHE = 0x27;
const SLASH = 0x2f;
const BLANK = 0x20;
const LOWERED = 0x20;
const D = 0x64;
const E = 0x65;
const L = 0x6c;
const M = 0x6d;
const R = 0x72;
const S = 0x73;
const T = 0x74;
const V = 0x76;

const kindAt = (codes: Uint8Array, at: number, end: number): number =>
  at < end ? (KINDS[codes[at] ?? 0] ?? SIGN) : END;

const isLetter = (kind: number): boolean => kind === LOWER || kind === UPPER;

/** Where `'s`, `'d`, `'m`, `'t`, `'ll`, `'ve` or `'re` ends that begins at `at`; `at` where none does. */
function contractionEnd(codes: Uint8Array, at: number, end: number): number {
  if (at + 1 >= end || codes[at] !== APOSTROPHE) return at;
  const first = (codes[at + 1] ?? 0) | LOWERED;
  if (first === S || first === D || first === M || first === T) return at + 2;
  if (at + 2 >= end) return at;
  const second = (codes[at + 2] ?? 0) | LOWERED;
  return second === (first === L ? L : first === V || first === R ? E : NaN) ? at + 3 : at;
}

/** `\p{N}{1,3}` */
function digitsEnd(codes: Uint8Array, at: number, end: number): number {
  let to = at + 1;
  while (to < at + 3 && kindAt(codes, to, end) === DIGIT) to += 1;
  return to < at + 3 && kindAt(codes, to, end) === WIDE ? -1 : to;
}

/** `[^\s\p{L}\p{N}]+` and the line ends after it, with `slashes` any slash between them. */
function signsEnd(codes: Uint8Array, at: number, end: number, slashes: boolean): number {
  let to = at;
  let kind = kindAt(codes, to, end);
  while (kind === SIGN) {
    to += 1;
    kind = kindAt(codes, to, end);
  }
  if (kind === WIDE) return -1;
  while (kind === BREAK || (slashes && kind === SIGN && codes[to] === SLASH)) {
    to += 1;
    kind = kindAt(codes, to, end);
  }
  return to;
}

/** White space: up to its last line end, all of it at the end of the text, else all but what stands before the next word. */
function spacesEnd(codes: Uint8Array, at: number, end: number, endFirst: boolean): number {
  let to = at;
  let broken = -1;
  let kind = kindAt(codes, to, end);
  while (kind === SPACE || kind === BREAK) {
    if (kind === BREAK) broken = to;
    to += 1;
    kind = kindAt(codes, to, end);
  }
  if (kind === WIDE) return -1;
  if (endFirst && kind === END) return to;
  if (broken >= 0) return broken + 1;
  return kind === END || to === at + 1 ? to : to - 1;
}

function capitalsEnd(codes: Uint8Array, at: number, end: number): number {
  let to = at;
  while (to < end && KINDS[codes[to] ?? 0] === UPPER) to += 1;
  return to;
}

function smallEnd(codes: Uint8Array, at: number, end: number): number {
  let to = at;
  while (to < end && KINDS[codes[to] ?? 0] === LOWER) to += 1;
  return to;
}

/** The pieces of o200k_base: a word is capitals and then small letters, with its contraction. */
export const o200kPieceEnd: FindPieceEnd = (codes, at, end) => {
  const kind = kindAt(codes, at, end);
  if (kind === WIDE) return -1;
  if (kind === DIGIT) return digitsEnd(codes, at, end);
  const next = kind === SIGN || kind === SPACE ? kindAt(codes, at + 1, end) : kind;
  if (next === WIDE) return -1;
  if (isLetter(next)) {
    const to = smallEnd(codes, kind === LOWER ? at + 1 : capitalsEnd(codes, at + 1, end), end);
    const kindAfter = kindAt(codes, to, end);
    return kindAfter === WIDE ? -1 : kindAfter === SIGN ? contractionEnd(codes, to, end) : to;
  }
  if (kind === SIGN) return signsEnd(codes, at, end, true);
  if (next === SIGN && codes[at] === BLANK) return signsEnd(codes, at + 1, end, true);
  return spacesEnd(codes, at, end, false);
};

/** The pieces of cl100k_base: a contraction is a piece of its own where it begins one, and a word is letters. */
export const cl100kPieceEnd: FindPieceEnd = (codes, at, end) => {
  const kind = kindAt(codes, at, end);
  if (kind === WIDE) return -1;
  if (kind === DIGIT) return digitsEnd(codes, at, end);
  const contraction = contractionEnd(codes, at, end);
  if (contraction > at) return contraction;
  const next = kind === SIGN || kind === SPACE ? kindAt(codes, at + 1, end) : kind;
  if (next === WIDE) return -1;
  if (isLetter(next)) {
    let to = at + 1;
    while (isLetter(kindAt(codes, to, end))) to += 1;
    return kindAt(codes, to, end) === WIDE ? -1 : to;
  }
  if (kind === SIGN) return signsEnd(codes, at, end, false);
  if (next === SIGN && codes[at] === BLANK) return signsEnd(codes, at + 1, end, false);
  return spacesEnd(codes, at, end, true);
};
