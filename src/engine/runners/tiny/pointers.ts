import { article, capitalise, STOP_WORDS, tokenize } from '../text.ts';

/** A run of the prompt, or of a labelled line of the answer so far, that an answer may repeat. */
export interface Source {
  /** `P2` is the prompt's third segment, `P2w0` its first word, `O0` the answer's own first labelled line. */
  readonly id: string;
  /** Its tokens; the first without the space before it. */
  readonly tokens: readonly string[];
  /** Which prompt segment, or -1 for the answer's own. */
  readonly segment: number;
}

const MAX_SEGMENTS = 12;
const MAX_SEGMENT_TOKENS = 6;
const WORDS_IN_SEGMENT = 4;
/** A prompt is read for pointers up to here; beyond, it still conditions by its words. */
const MAX_PROMPT_TOKENS = 2000;

const BREAK = /^ ?[^\p{L}\p{M}\p{N}'’&-]$|^\n$/u;

/**
 * Cuts a prompt at marks and at the words of the frame: those that nearly every prompt of the training set shares,
 * such as "a", "who carries" and "Race:" around the slots of a template.
 */
export function promptSources(prompt: string, frame: ReadonlySet<string>): Source[] {
  const sources: Source[] = [];
  let run: string[] = [];
  let segment = 0;
  const close = (): void => {
    if (run.length > 0 && segment < MAX_SEGMENTS) {
      sources.push(...sourcesOf(`P${segment}`, run, segment));
      segment += 1;
    }
    run = [];
  };
  for (const token of tokenize(prompt.slice(0, MAX_PROMPT_TOKENS * 8)).slice(0, MAX_PROMPT_TOKENS)) {
    if (BREAK.test(token) || frame.has(token.trim().toLowerCase())) close();
    else if (token.trim() !== '') run.push(token);
  }
  close();
  return sources;
}

/** The whole run when it is short, and its first words one by one when there are several. */
export function sourcesOf(id: string, run: readonly string[], segment: number): Source[] {
  const tokens = [(run[0] ?? '').trimStart(), ...run.slice(1)];
  const found: Source[] = [];
  if (tokens.length <= MAX_SEGMENT_TOKENS && copyable(tokens)) found.push({ id, tokens, segment });
  if (tokens.length > 1) {
    for (const [place, token] of tokens.slice(0, WORDS_IN_SEGMENT).entries()) {
      const word = token.trimStart();
      if (copyable([word])) found.push({ id: `${id}w${place}`, tokens: [word], segment });
    }
  }
  return found;
}

function copyable(tokens: readonly string[]): boolean {
  const first = tokens[0] ?? '';
  if (tokens.length > 1) return true;
  return !STOP_WORDS.has(first.toLowerCase()) && /^[\p{L}\p{N}]/u.test(first);
}

/** Words, in lower case, that at least nine prompts in ten contain. With fewer than four prompts there is no telling. */
export function fitFrame(prompts: readonly string[]): Set<string> {
  const frame = new Set<string>();
  if (prompts.length < 4) return frame;
  const seen = new Map<string, number>();
  for (const prompt of prompts) {
    for (const word of new Set(tokenize(prompt).map((token) => token.trim().toLowerCase()))) {
      if (word !== '') seen.set(word, (seen.get(word) ?? 0) + 1);
    }
  }
  for (const [word, count] of seen) if (count >= prompts.length * 0.9) frame.add(word);
  return frame;
}

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
