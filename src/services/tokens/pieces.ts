/**
 * Finds where the piece of a text that begins at `at` ends; -1 where characters have a say of which nothing is known here, and the pattern must be asked. The
 * text is given as `codeOf` has it, and ends at `end`.
 */
export type FindPieceEnd = (codes: Uint8Array, at: number, end: number) => number;

/**
 * The same of what nearly every piece is, a word of at most twelve letters or a single sign, four codes at a time; -1 of any other. `view` is of the
 * memory of `codes`, and has WORD_REACH bytes from `end` on, whatever stands there.
 */
export type FindWordEnd = (codes: Uint8Array, view: DataView, at: number, end: number) => number;

export const WORD_REACH = 16;

const LOWER = 0;
const UPPER = 1;
const WIDE = 2;
const DIGIT = 3;
const SPACE = 4;
const BREAK = 5;
const SIGN = 6;
const END = 7;

/** Codes of characters beyond ASCII: of the first nothing is known but that they are none. */
const OTHER_CODE = 128;
const CODES = { [LOWER]: 129, [UPPER]: 130, [SPACE]: 131, [SIGN]: 132 } as const;

/** What `\p{L}`, `\p{N}` and `\s` make of the characters of ASCII, and of those that have a code beyond it. */
const KINDS = Uint8Array.from({ length: 256 }, (_, code) => {
  if (code > 127) return Number(Object.entries(CODES).find(([, own]) => own === code)?.[0] ?? WIDE);
  const char = String.fromCharCode(code);
  if (/[a-z]/.test(char)) return LOWER;
  if (/[A-Z]/.test(char)) return UPPER;
  if (/[0-9]/.test(char)) return DIGIT;
  if (/[\r\n]/.test(char)) return BREAK;
  return /\s/.test(char) ? SPACE : SIGN;
});

/** Characters beyond ASCII by their kind, from the first to the last of each range: those of Western texts and of Cyrillic, and signs. */
const RANGES: readonly (readonly [first: number, last: number, kind: keyof typeof CODES])[] = [
  [0xa0, 0xa0, SPACE],
  [0xa1, 0xa9, SIGN],
  [0xab, 0xb1, SIGN],
  [0xb4, 0xb4, SIGN],
  [0xb6, 0xb8, SIGN],
  [0xbb, 0xbb, SIGN],
  [0xbf, 0xbf, SIGN],
  [0xc0, 0xd6, UPPER],
  [0xd7, 0xd7, SIGN],
  [0xd8, 0xde, UPPER],
  [0xdf, 0xf6, LOWER],
  [0xf7, 0xf7, SIGN],
  [0xf8, 0xff, LOWER],
  [0x410, 0x42f, UPPER],
  [0x430, 0x44f, LOWER],
  [0x2000, 0x200a, SPACE],
  [0x2010, 0x2027, SIGN],
  [0x202f, 0x202f, SPACE],
  [0x2030, 0x205e, SIGN],
  [0x20a0, 0x20c0, SIGN],
  [0x2190, 0x21ff, SIGN],
  [0xfb00, 0xfb06, LOWER],
];

/** How a UTF-16 unit is given to those that find pieces: ASCII as it is, all else by its kind, which alone matters to them. */
export function codeOf(unit: number): number {
  if (unit < OTHER_CODE) return unit;
  for (const [first, last, kind] of RANGES) if (unit <= last) return unit >= first ? CODES[kind] : OTHER_CODE;
  return OTHER_CODE;
}

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

const isLetter = (kind: number): boolean => kind <= UPPER;

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

/** The uppermost bit of each of four codes. */
const HIGHS = 0x80808080 | 0;
/** What, added to each of four codes, sets its uppermost bit from `a` on, and from what follows `z` on. */
const FROM_A = 0x1f1f1f1f;
const BEHIND_Z = 0x05050505;
/** What four codes are to be or-ed with so that capitals are small letters, and nothing else is. */
const SMALL = 0x20202020;

/** A bit for each of four codes that is no small letter; none is above 128. */
const othersAmong = (four: number): number =>
  // The factor brings the four bits together at the top.
  Math.imul((~((four + FROM_A) & ~(four + BEHIND_Z)) & HIGHS) >>> 7, 0x10204080) >>> 28;

/** How many of the twelve codes from `at` on are small letters before one is not, `fold` making some of them small; -1 where all are. */
function smallAt(view: DataView, at: number, fold: number): number {
  let others = othersAmong(view.getInt32(at, true) | fold) | (othersAmong(view.getInt32(at + 4, true) | fold) << 4);
  if (others === 0) others = othersAmong(view.getInt32(at + 8, true) | fold) << 8;
  return 31 - Math.clz32(others & -others);
}

const kindOf = (code = 0): number => KINDS[code] ?? WIDE;

/** Where the first letter of a word stands that begins at `at`, behind what may stand before it; -1 where no word does, -2 where a sign does that white space follows. */
function letterAt(codes: Uint8Array, at: number, end: number): number {
  const kind = kindOf(codes[at]);
  if (isLetter(kind)) return at;
  if (at + 1 >= end || (kind !== SPACE && kind !== SIGN)) return -1;
  const next = kindOf(codes[at + 1]);
  if (isLetter(next)) return at + 1;
  return kind === SIGN && next === SPACE ? -2 : -1;
}

export const o200kWordEnd: FindWordEnd = (codes, view, at, end) => {
  const first = letterAt(codes, at, end);
  if (first < 0) return first === -2 ? at + 1 : -1;
  const small = smallAt(view, first + 1, 0);
  if (small < 0) return -1;
  const to = first + 1 + small;
  if (to >= end) return end;
  const after = codes[to] ?? 0;
  if (after >= OTHER_CODE || after === APOSTROPHE) return -1;
  return small === 0 && kindOf(after) === UPPER ? -1 : to;
};

export const cl100kWordEnd: FindWordEnd = (codes, view, at, end) => {
  const first = letterAt(codes, at, end);
  if (first < 0) return first === -2 ? at + 1 : -1;
  const small = smallAt(view, first + 1, SMALL);
  if (small < 0 || codes[at] === APOSTROPHE) return -1;
  const to = first + 1 + small;
  if (to >= end) return end;
  return (codes[to] ?? 0) >= OTHER_CODE ? -1 : to;
};

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
