import { hashOf, RANK, type SharedPairs } from './pair-table.ts';
import type { FindPieceEnd } from './pieces.ts';

/** No token; larger than any rank. */
const NONE = 0x7fffffff;
/** Pieces remembered, and the characters of one at most. */
const KNOWN = 1 << 14;
const SHORT = 12;
/** Stands for all characters that are no ASCII. */
const WIDE = 128;

/** How texts are split into pieces. */
export interface PieceSplit {
  /** Leaves no character out. */
  readonly pattern: RegExp;
  /** Says the same of most pieces sooner. */
  readonly pieceEnd?: FindPieceEnd;
}

/**
 * A byte-pair encoding that only counts, in a few megabytes: its tokens one after the other as bytes, and a hash table of
 * ranks. Sets of strings that encode and decode as well take forty, and a third of a second to load.
 */
export class BytePairs {
  private readonly pattern: RegExp;
  private readonly pieceEnd: FindPieceEnd;
  readonly shared: SharedPairs;
  private readonly mask: number;
  /** The characters of the text that is counted. */
  private codes = new Uint8Array(1 << 12);
  /** The piece that is counted, as UTF-8, and its parts: where each begins, and the rank of its pair with the next. */
  private piece = new Uint8Array(256);
  private starts = new Int32Array(257);
  private ranks = new Int32Array(257);
  /** Short pieces counted before, four numbers each: their characters in three, their length and tokens in the fourth. */
  private readonly known = new Int32Array(KNOWN * 4);

  /** With what another thread read of its table. */
  constructor(shared: SharedPairs, { pattern, pieceEnd = () => -1 }: PieceSplit) {
    this.pattern = new RegExp(pattern.source, 'gu');
    this.pieceEnd = pieceEnd;
    this.shared = shared;
    this.mask = shared.slots.length - 1;
  }

  /** Tokens of a text. Half a surrogate pair is taken for U+FFFD, as everywhere in UTF-8. */
  count(text: string): number {
    const { length } = text;
    if (length > this.codes.length) this.codes = new Uint8Array(length * 2);
    const { codes, pattern, pieceEnd } = this;
    for (let at = 0; at < length; at += 1) codes[at] = Math.min(text.charCodeAt(at), WIDE);
    let tokens = 0;
    for (let start = 0; start < length; ) {
      let end = pieceEnd(codes, start, length);
      if (end > start) tokens += this.countPlain(codes, start, end);
      else {
        pattern.lastIndex = start;
        if (!pattern.test(text)) return tokens;
        end = pattern.lastIndex;
        tokens += this.countPiece(this.write(text.slice(start, end)));
      }
      start = end;
    }
    return tokens;
  }

  /** Tokens of a text of ASCII that stands in `bytes` from `start` to `end`. */
  countAscii(bytes: Uint8Array, start: number, end: number): number {
    const { pieceEnd } = this;
    let tokens = 0;
    for (let at = start; at < end; ) {
      const next = pieceEnd(bytes, at, end);
      if (next <= at) return tokens + this.count(Buffer.from(bytes.subarray(at, end)).toString('latin1'));
      tokens += this.countPlain(bytes, at, next);
      at = next;
    }
    return tokens;
  }

  /** A piece of ASCII, by what is remembered of it: a text's words are few, and those of a file not many more. */
  private countPlain(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (length > SHORT) return this.countPiece(this.copy(bytes, start, end));
    let a = bytes[start] ?? 0;
    let b = 0;
    let c = 0;
    // The last four may be among those before them: with its length they say what a piece is all the same.
    if (length >= 4) {
      a = fourAt(bytes, start);
      if (length > 4) c = fourAt(bytes, end - 4);
      if (length > 8) b = fourAt(bytes, start + 4);
    } else {
      if (length > 1) a |= (bytes[start + 1] ?? 0) << 8;
      if (length > 2) a |= (bytes[start + 2] ?? 0) << 16;
    }
    const { known } = this;
    const mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35);
    const at = ((mixed ^ (mixed >>> 15)) & (KNOWN - 1)) << 2;
    const held = known[at + 3] ?? 0;
    if (known[at] === a && known[at + 1] === b && known[at + 2] === c && held >> 8 === length) return held & 0xff;
    const tokens = this.countPiece(this.copy(bytes, start, end));
    known[at] = a;
    known[at + 1] = b;
    known[at + 2] = c;
    known[at + 3] = (length << 8) | tokens;
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

const fourAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
