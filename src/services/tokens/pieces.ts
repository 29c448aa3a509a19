/** Finds where the piece of a text that begins at `at` ends; -1 where signs beyond ASCII have a say, and the pattern must be asked. */
export type FindPieceEnd = (text: string, at: number) => number;

const WIDE = 0;
const LOWER = 1;
const UPPER = 2;
const DIGIT = 3;
const SPACE = 4;
const BREAK = 5;
const SIGN = 6;
const END = 7;

/** What `\p{L}`, `\p{N}` and `\s` make of the characters of ASCII. */
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
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

function kindAt(text: string, at: number): number {
  if (at >= text.length) return END;
  const code = text.charCodeAt(at);
  return code < 128 ? (KINDS[code] ?? SIGN) : WIDE;
}

const isLetter = (kind: number): boolean => kind === LOWER || kind === UPPER;

/** Where `'s`, `'d`, `'m`, `'t`, `'ll`, `'ve` or `'re` ends that begins at `at`; `at` where none does. */
function contractionEnd(text: string, at: number): number {
  if (at + 1 >= text.length || text.charCodeAt(at) !== APOSTROPHE) return at;
  const first = text.charCodeAt(at + 1) | LOWERED;
  if (first === S || first === D || first === M || first === T) return at + 2;
  if (at + 2 >= text.length) return at;
  const second = text.charCodeAt(at + 2) | LOWERED;
  return second === (first === L ? L : first === V || first === R ? E : NaN) ? at + 3 : at;
}

/** `\p{N}{1,3}` */
function digitsEnd(text: string, at: number): number {
  let end = at + 1;
  while (end < at + 3 && kindAt(text, end) === DIGIT) end += 1;
  return end < at + 3 && kindAt(text, end) === WIDE ? -1 : end;
}

/** `[^\s\p{L}\p{N}]+` and the line ends after it, with `slashes` any slash between them. */
function signsEnd(text: string, at: number, slashes: boolean): number {
  let end = at;
  let kind = kindAt(text, end);
  while (kind === SIGN) {
    end += 1;
    kind = kindAt(text, end);
  }
  if (kind === WIDE) return -1;
  while (kind === BREAK || (slashes && kind === SIGN && text.charCodeAt(end) === SLASH)) {
    end += 1;
    kind = kindAt(text, end);
  }
  return end;
}

/** White space: up to its last line end, all of it at the end of the text, else all but what stands before the next word. */
function spacesEnd(text: string, at: number, endFirst: boolean): number {
  let end = at;
  let broken = -1;
  let kind = kindAt(text, end);
  while (kind === SPACE || kind === BREAK) {
    if (kind === BREAK) broken = end;
    end += 1;
    kind = kindAt(text, end);
  }
  if (kind === WIDE) return -1;
  if (endFirst && kind === END) return end;
  if (broken >= 0) return broken + 1;
  return kind === END || end === at + 1 ? end : end - 1;
}

/** The pieces of o200k_base: a word is capitals and then small letters, with its contraction. */
export const o200kPieceEnd: FindPieceEnd = (text, at) => {
  const kind = kindAt(text, at);
  if (kind === WIDE) return -1;
  if (kind === DIGIT) return digitsEnd(text, at);
  const next = kind === SIGN || kind === SPACE ? kindAt(text, at + 1) : kind;
  if (next === WIDE) return -1;
  if (isLetter(next)) {
    let end = isLetter(kind) ? at : at + 1;
    while (kindAt(text, end) === UPPER) end += 1;
    while (kindAt(text, end) === LOWER) end += 1;
    return kindAt(text, end) === WIDE ? -1 : contractionEnd(text, end);
  }
  if (kind === SIGN) return signsEnd(text, at, true);
  if (next === SIGN && text.charCodeAt(at) === BLANK) return signsEnd(text, at + 1, true);
  return spacesEnd(text, at, false);
};

/** The pieces of cl100k_base: a contraction is a piece of its own where it begins one, and a word is letters. */
export const cl100kPieceEnd: FindPieceEnd = (text, at) => {
  const kind = kindAt(text, at);
  if (kind === WIDE) return -1;
  if (kind === DIGIT) return digitsEnd(text, at);
  const contraction = contractionEnd(text, at);
  if (contraction > at) return contraction;
  const next = kind === SIGN || kind === SPACE ? kindAt(text, at + 1) : kind;
  if (next === WIDE) return -1;
  if (isLetter(next)) {
    let end = at + 1;
    while (isLetter(kindAt(text, end))) end += 1;
    return kindAt(text, end) === WIDE ? -1 : end;
  }
  if (kind === SIGN) return signsEnd(text, at, false);
  if (next === SIGN && text.charCodeAt(at) === BLANK) return signsEnd(text, at + 1, false);
  return spacesEnd(text, at, true);
};
