import { hashText, mix } from '../hash.ts';
import { tokenize } from '../text.ts';
import { fitFrame, matchPointer, type Piece, promptSources, type Source, SourceIndex, sourcesOf } from './pointers.ts';

const PRONOUNS: ReadonlyMap<string, number> = new Map([
  ...['he', 'him', 'his', 'himself'].map((word): [string, number] => [word, 1]),
  ...['she', 'her', 'hers', 'herself'].map((word): [string, number] => [word, 2]),
  ...['they', 'them', 'their', 'theirs', 'themselves'].map((word): [string, number] => [word, 3]),
]);

const MAX_OWN_LINES = 4;
/** Sentences of one line that have numbers of their own. */
const MOST_PARTS = 4;

/**
 * What a writer keeps in mind beyond the last few words: which pronoun the text settled on, which labelled line it is
 * in, how the sentence began, and which parts of the prompt it has named. Contexts of the n-gram include it, so that a long answer stays of a
 * piece; a plain n-gram forgets all four within a sentence.
 */
export class Register {
  private pronoun = 0;
  private label = 0;
  private named = 0;
  /** How the sentence began: its first word, and the second when the first is a pronoun. */
  private opening = 0;
  private openingWords = 0;
  private line: string[] = [];
  private labelEnd = -1;
  /** Which part of its line the text is in: 1 after a label, one more after each sentence. */
  private part = 0;
  private opens = false;
  private ownLines = 0;
  private hash = 0;
  private readonly pronouns: ReadonlyMap<string, number>;
  /** The first word of each short labelled line so far. */
  readonly names: string[] = [];

  /** `pronouns` tells which family of pronouns goes with a name. */
  constructor(pronouns: ReadonlyMap<string, number>) {
    this.pronouns = pronouns;
  }

  /** 0 while none has come. */
  get family(): number {
    return this.pronoun;
  }

  /** The number of the part that the last token opened, 0 when it opened none. */
  get opened(): number {
    return this.opens ? this.part : 0;
  }

  get value(): number {
    return this.hash;
  }

  /**
   * Takes in one token of the answer and what it was copied from; answers the sources that a finished labelled line
   * offers. A sentence that opens with a copy is remembered as such, whatever the copied word.
   */
  read(token: string, copied: Source | null): Source[] {
    let own: Source[] = [];
    this.opens = false;
    if (token === '\n') {
      own = this.finishLine();
      this.line = [];
      this.labelEnd = -1;
      this.part = 0;
      this.openingWords = 0;
    } else {
      this.line.push(token);
      if (token === ':' && this.labelEnd < 0 && this.line.length <= 4) {
        this.labelEnd = this.line.length;
        this.label = hashText(this.line.join(''));
        this.openingWords = 0;
        this.openPart();
      } else this.readWord(copied === null ? token : copied.id);
    }
    this.rehash();
    return own;
  }

  name(segment: number): void {
    if (segment >= 0) this.named |= 1 << segment;
    this.rehash();
  }

  private readWord(token: string): void {
    const word = token.trim().toLowerCase();
    const family = PRONOUNS.get(word) ?? 0;
    if (this.pronoun === 0) this.pronoun = family;
    if (/^[.!?]$/.test(word)) {
      this.openingWords = 0;
      if (/\p{L}{3}$/u.test(this.line.at(-2) ?? '')) this.openPart();
    } else if (this.openingWords === 0) {
      this.opening = hashText(word);
      this.openingWords = family === 0 ? 2 : 1;
    } else if (this.openingWords === 1) {
      this.opening = mix(this.opening, hashText(word));
      this.openingWords = 2;
    }
    if (this.openingWords === 0) this.opening = 0;
  }

  private openPart(): void {
    this.part = Math.min(this.part + 1, MOST_PARTS);
    this.opens = true;
  }

  private rehash(): void {
    this.hash = mix(mix(mix(this.pronoun + 1, this.label), this.named), this.opening);
  }

  private finishLine(): Source[] {
    const value = this.line.slice(this.labelEnd);
    if (this.labelEnd < 0 || value.length === 0 || value.length > 4 || this.ownLines >= MAX_OWN_LINES) return [];
    const id = `O${this.ownLines}`;
    this.ownLines += 1;
    const name = (value[0] ?? '').trim();
    this.names.push(name);
    if (this.pronoun === 0) this.pronoun = this.pronouns.get(name) ?? 0;
    return sourcesOf(id, value, -1);
  }
}

/** What is fitted before the first step, as a tokenizer is: the frame of the prompts and the pointers that mean something. */
export interface PointerBook {
  readonly frame: ReadonlySet<string>;
  /** Source ids in use; null while fitting, when all are. */
  readonly accepted: ReadonlySet<string> | null;
  /** The family of pronouns that goes with a name, by the first word of a short labelled line. */
  readonly pronouns: ReadonlyMap<string, number>;
  /** Values seen for each accepted source of the prompt. */
  readonly usual: ReadonlyMap<string, readonly string[]>;
  /** Whether sentences begin anew: true of prose, not of code or addresses, where marks stand within words. */
  readonly restarts: boolean;
}

/** The share of rows in which an offered source must be repeated, or its repetition is taken for chance. */
const ACCEPTED_SHARE = 0.3;
/** And the share of all rows, or a place that few prompts have would count by luck. */
const RARE_SHARE = 0.02;
const FITTING_ROWS = 3000;
const USUAL_VALUES = 16;
const CONSISTENT = 0.9;

interface Row {
  readonly prompt: string;
  readonly completion: string;
}

export function sourceIndex(prompt: string, book: PointerBook): SourceIndex {
  const index = new SourceIndex();
  for (const source of promptSources(prompt, book.frame)) if (isAccepted(source.id, book)) index.add(source);
  return index;
}

export function isAccepted(id: string, book: PointerBook): boolean {
  return book.accepted === null || book.accepted.has(id);
}

/** The answer as pieces; their tokens joined are the answer. */
export function encode(
  completion: string,
  prompt: string,
  book: PointerBook,
  index = sourceIndex(prompt, book),
): Piece[] {
  const register = new Register(book.pronouns);
  const tokens = tokenize(completion);
  const pieces: Piece[] = [];
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at] ?? '';
    const piece = matchPointer(tokens, at, index) ?? { symbol: token, tokens: [token], source: null };
    pieces.push(piece);
    at += piece.tokens.length;
    for (const part of piece.tokens) {
      for (const source of register.read(part, piece.source)) if (isAccepted(source.id, book)) index.add(source);
    }
  }
  return pieces;
}

/** Learns the frame, which pointers to use, and what names and values are usual, from the rows themselves. */
export function fitPointers(rows: readonly Row[]): PointerBook {
  const sample = rows.slice(0, FITTING_ROWS);
  const frame = fitFrame(sample.map((row) => row.prompt));
  const open: PointerBook = { frame, accepted: null, pronouns: new Map(), usual: new Map(), restarts: false };
  const uses = new Map<string, Use>();
  for (const row of sample) {
    const index = sourceIndex(row.prompt, open);
    const pieces = encode(row.completion, row.prompt, open, index);
    const sources = new Map<string, string>();
    for (const { source } of pieces) if (source !== null) sources.set(source.id, source.tokens.join(''));
    for (const id of index.ids()) note(uses, id, sources.get(id));
  }
  const kept = [...uses].filter(
    ([, { offered, used }]) => used >= offered * ACCEPTED_SHARE && used >= 1 + sample.length * RARE_SHARE,
  );
  return {
    frame,
    accepted: new Set(kept.map(([id]) => id)),
    pronouns: fitPronouns(sample),
    restarts: hasSentences(sample),
    usual: new Map(kept.flatMap(([id, { values }]) => (id.startsWith('P') ? [[id, [...values]]] : []))),
  };
}

interface Use {
  offered: number;
  used: number;
  readonly values: Set<string>;
}

/** Counts one row in which a source was offered, and repeated when `value` is there. */
function note(uses: Map<string, Use>, id: string, value: string | undefined): void {
  const use = uses.get(id) ?? { offered: 0, used: 0, values: new Set() };
  use.offered += 1;
  if (value !== undefined) {
    use.used += 1;
    if (use.values.size < USUAL_VALUES) use.values.add(value);
  }
  uses.set(id, use);
}

/** Whether nearly every full stop, question and exclamation mark ends a sentence: white space follows it, or nothing. */
function hasSentences(rows: readonly Row[]): boolean {
  let [marks, ends] = [0, 0];
  for (const { completion } of rows) {
    for (const [, next = ''] of completion.matchAll(/[.!?](?![.!?])(.?)/gsu)) {
      marks += 1;
      if (next.trim() === '') ends += 1;
    }
  }
  return ends >= marks * CONSISTENT;
}

/** Names with nearly always the same pronouns. */
function fitPronouns(rows: readonly Row[]): Map<string, number> {
  const seen = new Map<string, number[]>();
  for (const { completion } of rows) {
    const register = new Register(new Map());
    for (const token of tokenize(completion)) register.read(token, null);
    const name = register.names[0];
    if (name === undefined || register.family === 0) continue;
    const counts = seen.get(name) ?? [];
    counts[register.family] = (counts[register.family] ?? 0) + 1;
    seen.set(name, counts);
  }
  const pronouns = new Map<string, number>();
  for (const [name, counts] of seen) {
    const all = counts.reduce((sum, count) => sum + count, 0);
    const family = counts.findIndex((count) => (count ?? 0) >= all * CONSISTENT);
    if (family > 0) pronouns.set(name, family);
  }
  return pronouns;
}
