import { article, capitalise } from '../english.ts';
import type { Source } from './segments.ts';

/**
 * One unit the model predicts: a token of text, or a pointer that copies a source (pointer networks, Vinyals et al.
 * 2015; copying with position, Gu et al. 2016). A value that was never seen is then as easy as one that was.
 */
export interface Piece {
  readonly symbol: string;
  /** The text it stands for here. */
  readonly tokens: readonly string[];
  /** The source of a pointer, null for plain text. */
  readonly source: Source | null;
}

const ARTICLES: ReadonlyMap<string, readonly [space: string, letter: string]> = new Map([
  [' a', [' ', 'a']],
  [' an', [' ', 'a']],
  ['a', ['', 'a']],
  ['an', ['', 'a']],
  [' A', [' ', 'A']],
  [' An', [' ', 'A']],
  ['A', ['', 'A']],
  ['An', ['', 'A']],
]);

const CASES: readonly ((text: string) => string)[] = [(text) => text, capitalise, (text) => text.toLowerCase()];

/**
 * The longest source that the answer repeats at `at`, with the article before it when it agrees: "an elf" and
 * "a mermaid" are then one symbol, and agreement carries over to values never seen.
 */
export function matchPointer(tokens: readonly string[], at: number, sources: SourceIndex): Piece | null {
  const first = tokens[at] ?? '';
  const before = ARTICLES.get(first);
  if (before !== undefined && tokens[at + 1]?.startsWith(' ') === true) {
    const piece = longest(tokens, at + 1, sources);
    if (piece !== null) {
      const [space, letter] = before;
      const word = (piece.tokens[0] ?? '').trimStart();
      const right = article(word);
      if (first.trim().toLowerCase() === right) {
        return { ...piece, symbol: `${piece.symbol}${space}${letter}`, tokens: [first, ...piece.tokens] };
      }
    }
  }
  return longest(tokens, at, sources);
}

function longest(tokens: readonly string[], at: number, sources: SourceIndex): Piece | null {
  const first = tokens[at] ?? '';
  const space = first.startsWith(' ') ? ' ' : '';
  const word = first.slice(space.length);
  let best: Piece | null = null;
  for (const source of sources.startingWith(word)) {
    if (best !== null && source.tokens.length <= best.tokens.length) continue;
    const matches = source.tokens.every((token, i) => i === 0 || tokens[at + i] === token);
    const form = CASES.findIndex((change) => change(source.tokens[0] ?? '') === word);
    if (!matches || form < 0) continue;
    best = { symbol: `\0${source.id}|${form}${space}|`, tokens: tokens.slice(at, at + source.tokens.length), source };
  }
  return best;
}

const POINTER = /^\0([PO]\d+(?:w\d)?)\|(\d)( ?)\|( ?)([aA]?)$/;

export interface PointerForm {
  readonly id: string;
  /** The tokens it stands for, given its source. */
  realise(source: Source): string[];
}

/** Reads a pointer symbol; null for any other. */
export function parsePointer(symbol: string): PointerForm | null {
  const match = POINTER.exec(symbol);
  if (match === null) return null;
  const [, id = '', form = '0', space = '', articleSpace = '', letter = ''] = match;
  return {
    id,
    realise: (source) => {
      const word = (CASES[Number(form)] ?? capitalise)(source.tokens[0] ?? '');
      const tokens = [space + word, ...source.tokens.slice(1)];
      if (letter === '') return tokens;
      const right = article(word);
      return [articleSpace + (letter === 'A' ? capitalise(right) : right), ...tokens];
    },
  };
}

/** Sources by identity and by their first word, in lower case. */
export class SourceIndex {
  private readonly byId = new Map<string, Source>();
  private readonly byWord = new Map<string, Source[]>();

  add(source: Source): void {
    if (this.byId.has(source.id)) return;
    this.byId.set(source.id, source);
    const word = (source.tokens[0] ?? '').toLowerCase();
    const list = this.byWord.get(word);
    if (list === undefined) this.byWord.set(word, [source]);
    else list.push(source);
  }

  find(id: string): Source | undefined {
    return this.byId.get(id);
  }

  ids(): Iterable<string> {
    return this.byId.keys();
  }

  startingWith(word: string): readonly Source[] {
    return this.byWord.get(word.toLowerCase()) ?? [];
  }
}
