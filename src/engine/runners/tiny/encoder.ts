import { matchPointer, type Piece, SourceIndex } from './pointers.ts';
import { Register } from './register.ts';
import { fitFrame, promptSources } from './segments.ts';
import { tokenize } from './tokenizer.ts';

/** What is fitted before the first step, as a tokenizer is: the frame of the prompts and the pointers that mean something. */
export interface PointerBook {
  readonly frame: ReadonlySet<string>;
  /** Source ids in use; null while fitting, when all are. */
  readonly accepted: ReadonlySet<string> | null;
}

/** The share of rows in which an offered source must be repeated, or its repetition is taken for chance. */
const ACCEPTED_SHARE = 0.3;
const FITTING_ROWS = 3000;

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
  const register = new Register();
  const tokens = tokenize(completion);
  const pieces: Piece[] = [];
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at] ?? '';
    const piece = matchPointer(tokens, at, index) ?? { symbol: token, tokens: [token], source: null };
    pieces.push(piece);
    at += piece.tokens.length;
    for (const part of piece.tokens) {
      for (const source of register.read(part)) if (isAccepted(source.id, book)) index.add(source);
    }
  }
  return pieces;
}

/** Learns the frame and which pointers to use, from the rows themselves. */
export function fitPointers(rows: readonly { readonly prompt: string; readonly completion: string }[]): PointerBook {
  const sample = rows.slice(0, FITTING_ROWS);
  const frame = fitFrame(sample.map((row) => row.prompt));
  const open: PointerBook = { frame, accepted: null };
  const offered = new Map<string, number>();
  const used = new Map<string, number>();
  for (const row of sample) {
    const index = sourceIndex(row.prompt, open);
    const pieces = encode(row.completion, row.prompt, open, index);
    const ids = new Set<string>();
    for (const piece of pieces) if (piece.source !== null) ids.add(piece.source.id);
    for (const id of index.ids()) offered.set(id, (offered.get(id) ?? 0) + 1);
    for (const id of ids) used.set(id, (used.get(id) ?? 0) + 1);
  }
  const accepted = new Set<string>();
  for (const [id, count] of used)
    if (count >= (offered.get(id) ?? 0) * ACCEPTED_SHARE && count >= 2 + sample.length * 0.02 - 1) accepted.add(id);
  return { frame, accepted };
}
