import { KEPT } from '../rubbish/flags.ts';
import { FIELDS, type Records } from './records.ts';

/** A line, and the one before that it is held against. */
export interface LinePair {
  readonly line: number;
  readonly first: number;
}

/** Counts what is found in any order, and keeps the first of it by line. */
export class FirstPairs {
  count = 0;
  private found: LinePair[] = [];

  add(line: number, first: number): void {
    this.count += 1;
    this.found.push({ line, first });
    if (this.found.length === 4 * KEPT) this.found = this.pairs().slice();
  }

  /** In order, as many as a finding keeps. */
  pairs(): readonly LinePair[] {
    return this.found.toSorted((a, b) => a.line - b.line).slice(0, KEPT);
  }
}

export class LateAnswers {
  total = 0;
  distinct = 0;
  readonly repeated = new FirstPairs();
}

/** What is found at the end among examples that memory did not hold. */
export interface LateEquals {
  /** Lines that were there before, in order. */
  readonly copies: readonly LinePair[];
  /** Lines that answer a prompt otherwise than the line that asked it first. */
  readonly otherwise: FirstPairs;
  readonly sentences: LateAnswers;
  readonly passages: LateAnswers;
}

/** By what the records of examples are found, by prompt, and those of answers. `from`: the first line that was not looked at while it was read. */
export function findLate(examples: Records, answers: Records, from: number): LateEquals {
  const copies: LinePair[] = [];
  const late = { otherwise: new FirstPairs(), sentences: new LateAnswers(), passages: new LateAnswers() };
  const firsts = { ofKey: new Firsts(0), ofLine: new Firsts(1) };
  for (const piece of examples.pieces()) findCopies(piece, from, { ...firsts, copies, otherwise: late.otherwise });
  for (const piece of answers.pieces()) findRepeated(piece, from, { ...firsts, ...late });
  return { copies: copies.toSorted((a, b) => a.line - b.line), ...late };
}

interface FirstsOfPiece {
  readonly ofKey: Firsts;
  readonly ofLine: Firsts;
}

interface CopiesFound extends FirstsOfPiece {
  readonly copies: LinePair[];
  readonly otherwise: FirstPairs;
}

/** Key: the prompt, or a number of the line alone where none is compared; then the line's digest and its answer's. */
function findCopies(piece: Float64Array, from: number, { ofKey, ofLine, copies, otherwise }: CopiesFound): void {
  ofKey.begin(piece);
  ofLine.begin(piece);
  for (let at = 0; at < piece.length; at += FIELDS) {
    const first = ofKey.first(at);
    if (first === -1) continue;
    const copied = piece[first + 1] === piece[at + 1] ? first : ofLine.first(at);
    const line = piece[at + 3] ?? 0;
    if (line < from) continue;
    if (copied !== -1) copies.push({ line, first: piece[copied + 3] ?? 0 });
    else if (piece[first + 2] !== piece[at + 2]) otherwise.add(line, piece[first + 3] ?? 0);
  }
}

interface AnswersFound extends FirstsOfPiece {
  readonly sentences: LateAnswers;
  readonly passages: LateAnswers;
}

/** Key: the answer; then the line's digest and its prompt's. A line below 0 is that of a passage. */
function findRepeated(piece: Float64Array, from: number, { ofKey, ofLine, sentences, passages }: AnswersFound): void {
  ofKey.begin(piece);
  ofLine.begin(piece);
  for (let at = 0; at < piece.length; at += FIELDS) {
    const first = ofKey.first(at);
    // A copy has the answer of what it copies.
    const isCopy = first !== -1 && (piece[first + 1] === piece[at + 1] || ofLine.first(at) !== -1);
    const signed = piece[at + 3] ?? 0;
    const line = Math.abs(signed);
    if (line < from || isCopy) continue;
    const kind = signed < 0 ? passages : sentences;
    kind.total += 1;
    if (first === -1) kind.distinct += 1;
    else if (piece[first + 2] !== piece[at + 2]) kind.repeated.add(line, Math.abs(piece[first + 3] ?? 0));
  }
}

/** Where each number of one field is first, in records by where they begin. */
class Firsts {
  private readonly field: number;
  private piece: Float64Array = new Float64Array(0);
  /** Records, counted from 1, each at the first free place from that of its number. */
  private slots = new Int32Array(4);

  constructor(field: number) {
    this.field = field;
  }

  begin(piece: Float64Array): void {
    const records = piece.length / FIELDS;
    this.piece = piece;
    if (records * 1.5 > this.slots.length) this.slots = new Int32Array(2 ** Math.ceil(Math.log2(records * 1.5)));
    else this.slots.fill(0);
  }

  /** -1 where that is the record at `at`. */
  first(at: number): number {
    const { piece, field, slots } = this;
    const number = piece[at + field] ?? 0;
    // Numbers of a piece have some of their last bits in common; by the first of what is mixed they are apart.
    let slot = Math.imul(number | 0, 0x9e3779b1) >>> (Math.clz32(slots.length) + 1);
    for (let held = slots[slot] ?? 0; held > 0; held = slots[slot] ?? 0) {
      const record = (held - 1) * FIELDS;
      if (piece[record + field] === number) return record;
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = at / FIELDS + 1;
    return -1;
  }
}
