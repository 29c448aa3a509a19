import { ByteViews } from '../../domain/text/byte-views.ts';
import { hashOf, RANK, type SharedPairs } from './pair-table.ts';
import { codeOf, type FindPieceEnd, type FindWordEnd, WORD_REACH } from './pieces.ts';

/** No token; larger than any rank. */
const NONE = 0x7fffffff;
/** Pieces remembered, and the characters of one at most. */
const KNOWN = 1 << 15;
const SHORT = 12;
/** Of each length, which bytes of the first, the next and the last four of a short piece are its own. */
const masksFrom = (first: number): Int32Array =>
  Int32Array.from({ length: SHORT + 1 }, (_, length) =>
    length >= first + 4 ? -1 : (1 << (8 * Math.max(0, length - first))) - 1,
  );
const FIRST = masksFrom(0);
const NEXT = masksFrom(4);
const LAST = masksFrom(8);
/** The uppermost bit of each of four codes: what is no ASCII has it. */
const HIGHS = 0x80808080 | 0;

/** How texts are split into pieces. */
export interface PieceSplit {
  /** Leaves no character out. */
  readonly pattern: RegExp;
  /** Says the same of most pieces sooner. */
  readonly pieceEnd?: FindPieceEnd;
  /** Says the same of words sooner still. */
  readonly wordEnd?: FindWordEnd;
}

/**
 * A byte-pair encoding that only counts, in a few megabytes: its tokens one after the other as bytes, and a hash table of
 * ranks. Sets of strings that encode and decode as well take forty, and a third of a second to load.
 */
export class BytePairs {
  private readonly pattern: RegExp;
  private readonly pieceEnd: FindPieceEnd;
  private readonly wordEnd: FindWordEnd;
  private readonly views = new ByteViews();
  readonly shared: SharedPairs;
  private readonly mask: number;
  /** The characters of the text that is counted. */
  private codes = new Uint8Array(1 << 12);
  /** The piece that is counted, as UTF-8, and its parts: where each begins, and the rank of its pair with the next. */
  private piece = new Uint8Array(256);
  private starts = new Int32Array(257);
  private ranks = new Int32Array(257);
  /** Where the last count of pieces ended. */
  private reached = 0;
  /** Short pieces counted before, four numbers each: their characters in three, their length and tokens in the fourth. */
  private readonly known = new Int32Array(KNOWN * 4);

  /** With what another thread read of its table. */
  constructor(shared: SharedPairs, { pattern, pieceEnd = () => -1, wordEnd = () => -1 }: PieceSplit) {
    this.pattern = new RegExp(pattern.source, 'gu');
    this.pieceEnd = pieceEnd;
    this.wordEnd = wordEnd;
    this.shared = shared;
    this.mask = shared.slots.length - 1;
  }

  /** Tokens of a text. Half a surrogate pair is taken for U+FFFD, as everywhere in UTF-8. */
  count(text: string): number {
    const { length } = text;
    if (length + WORD_REACH > this.codes.length) this.codes = new Uint8Array(length * 2 + WORD_REACH);
    const { codes, pattern, pieceEnd } = this;
    const view = this.views.of(codes);
    for (let at = 0; at < length; at += 1) codes[at] = codeOf(text.charCodeAt(at));
    let tokens = 0;
    for (let start = 0; start < length; ) {
      tokens += this.countPieces(codes, view, start, length);
      const at = this.reached;
      if (at === length) break;
      start = pieceEnd(codes, at, length);
      if (start === -1) {
        pattern.lastIndex = at;
        if (!pattern.test(text)) return tokens;
        start = pattern.lastIndex;
      }
      tokens += this.countPiece(this.write(text.slice(at, start)));
    }
    return tokens;
  }

  /** Tokens of a text of ASCII that stands in `bytes` from `start` to `end`. */
  countAscii(bytes: Uint8Array, start: number, end: number): number {
    const view = this.views.of(bytes);
    // What stands at the end of its memory cannot be read beyond.
    if (end + WORD_REACH > view.byteLength)
      return this.count(Buffer.from(bytes.subarray(start, end)).toString('latin1'));
    const tokens = this.countPieces(bytes, view, start, end);
    const { reached } = this;
    if (reached === end) return tokens;
    return tokens + this.count(Buffer.from(bytes.subarray(reached, end)).toString('latin1'));
  }

  /**
   * Tokens of the pieces of ASCII from `start` up to `reached`, which is `end`, or where one begins that is not. Short ones by what is remembered of them: a
   * text's words are few, and those of a file not many more. What is done for each piece stands here, for V8 to compile as one.
   */
  private countPieces(codes: Uint8Array, view: DataView, start: number, end: number): number {
    const { known, pieceEnd, wordEnd } = this;
    let tokens = 0;
    let at = start;
    while (at < end) {
      let next = wordEnd(codes, view, at, end);
      if (next === -1) next = pieceEnd(codes, at, end);
      if (next <= at) break;
      const length = next - at;
      if (length > SHORT) {
        if (!isAscii(codes, at, next)) break;
        tokens += this.countPiece(this.copy(codes, at, next));
      } else {
        const a = view.getInt32(at, true) & numberAt(FIRST, length);
        const b = view.getInt32(at + 4, true) & numberAt(NEXT, length);
        const c = view.getInt32(at + 8, true) & numberAt(LAST, length);
        if (((a | b | c) & HIGHS) !== 0) break;
        const mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35);
        const slot = ((mixed ^ (mixed >>> 15)) & (KNOWN - 1)) << 2;
        // All at once: a branch for each would be foretold wrongly too often.
        const others =
          (numberAt(known, slot) ^ a) |
          (numberAt(known, slot + 1) ^ b) |
          (numberAt(known, slot + 2) ^ c) |
          ((numberAt(known, slot + 3) >> 8) ^ length);
        if (others !== 0) known.set([a, b, c, (length << 8) | this.countPiece(this.copy(codes, at, next))], slot);
        tokens += numberAt(known, slot + 3) & 0xff;
      }
      at = next;
    }
    this.reached = at;
    return tokens;
  }

  /** The rank of a part of the piece; NONE where it is no token. */
  private rankOf(start: number, end: number): number {
    const { piece, mask } = this;
    const { bytes, begins, slots, longest } = this.shared;
    const length = end - start;
    if (length > longest) return NONE;
    const hash = hashOf(piece, start, end);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const held = slots[slot] ?? 0;
      if (held === 0) return NONE;
      if ((held ^ hash) & ~RANK) continue;
      const rank = (held & RANK) - 1;
      const begin = begins[rank] ?? 0;
      if ((begins[rank + 1] ?? 0) - begin !== length) continue;
      let same = 0;
      while (same < length && bytes[begin + same] === piece[start + same]) same += 1;
      if (same === length) return rank;
    }
  }

  /** Of the first bytes of the piece. */
  private countPiece(length: number): number {
    return length === 1 || this.rankOf(0, length) !== NONE ? 1 : this.merge(length);
  }

  /** Puts characters down as UTF-8 and gives the number of bytes. */
  private write(text: string): number {
    this.makeRoom(text.length * 3);
    return new TextEncoder().encodeInto(text, this.piece).written;
  }

  private copy(bytes: Uint8Array, start: number, end: number): number {
    this.makeRoom(end - start);
    const { piece } = this;
    for (let at = start; at < end; at += 1) piece[at - start] = bytes[at] ?? 0;
    return end - start;
  }

  private makeRoom(bytes: number): void {
    if (bytes <= this.piece.length) return;
    this.piece = new Uint8Array(bytes * 2);
    this.starts = new Int32Array(bytes * 2 + 1);
    this.ranks = new Int32Array(bytes * 2 + 1);
  }

  /** Joins the two neighbours whose pair has the lowest rank, until no pair is a token; gives the number of parts left. */
  private merge(length: number): number {
    const { starts, ranks } = this;
    const pairAt = (part: number): number => this.rankOf(starts[part] ?? 0, starts[part + 2] ?? 0);
    let parts = length;
    for (let at = 0; at <= length; at += 1) starts[at] = at;
    for (let part = 0; part < length - 1; part += 1) ranks[part] = pairAt(part);
    while (parts > 1) {
      let lowest = NONE;
      let where = -1;
      for (let part = 0; part < parts - 1; part += 1) {
        const rank = ranks[part] ?? NONE;
        if (rank >= lowest) continue;
        lowest = rank;
        where = part;
      }
      if (where < 0) return parts;
      starts.copyWithin(where + 1, where + 2, parts + 1);
      ranks.copyWithin(where, where + 1, parts - 1);
      parts -= 1;
      if (where < parts - 1) ranks[where] = pairAt(where);
      if (where > 0) ranks[where - 1] = pairAt(where - 1);
    }
    return parts;
  }
}

const numberAt = (numbers: Int32Array, at: number): number => numbers[at] ?? 0;

function isAscii(codes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if ((codes[at] ?? 0) > 127) return false;
  return true;
}
