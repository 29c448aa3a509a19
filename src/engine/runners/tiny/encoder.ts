import { matchPointer, type Piece, SourceIndex } from './pointers.ts';
import { Register } from './register.ts';
import { fitFrame, promptSources } from './segments.ts';
import { tokenize } from './tokenizer.ts';

/** What is fitted before the first step, as a tokenizer is: the frame of the prompts and the pointers that mean something. */
export interface PointerBook {
  readonly frame: ReadonlySet<string>;
  /** Source ids in use; null while fitting, when all are. */
  readonly accepted: ReadonlySet<string> | null;
  /** The family of pronouns that goes with a name, by the first word of a short labelled line. */
  readonly pronouns: ReadonlyMap<string, number>;
  /** Values seen for each accepted source of the prompt. */
  readonly usual: ReadonlyMap<string, readonly string[]>;
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
  const open: PointerBook = { frame, accepted: null, pronouns: new Map(), usual: new Map() };
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
