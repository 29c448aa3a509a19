import { STOP_WORDS } from '../english.ts';
import { tokenize } from './tokenizer.ts';

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
