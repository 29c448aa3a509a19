import type { ChatMessage } from '../chat/types.ts';
import { plural } from '../text/format.ts';

export interface LegacyPair {
  readonly prompt: string;
  readonly completion: string;
}

/**
 * The prompt/completion form of OpenAI's first fine-tuning guide (2021-2023): a prompt ends in a separator, a
 * completion begins with a space and ends in a stop sequence. Neither means anything in chat form.
 */
export interface LegacyConvention {
  /** Pairs of the file, every one of which keeps to it. */
  readonly pairs: number;
  readonly separator: string;
  /** Null where completions do not all end alike, so that each keeps its end. */
  readonly stop: string | null;
}

/** Words at the end of a text that end it, and what has to stand before them: anything, white space, or a line end. */
interface End {
  readonly word: string;
  readonly after: 'anything' | 'space' | 'line-end';
}

const SEPARATORS: readonly End[] = [
  { word: '->', after: 'anything' },
  ...['###', '===', '---'].map((word): End => ({ word, after: 'line-end' })),
];
const STOPS: readonly End[] = [
  { word: '<|endoftext|>', after: 'anything' },
  ...['END', 'STOP', '###'].map((word): End => ({ word, after: 'space' })),
  ...['===', '---'].map((word): End => ({ word, after: 'line-end' })),
];

/** A pair that is known to be written in the old form. */
const WRITTEN_HERE: LegacyConvention = { pairs: 1, separator: '###', stop: 'END' };

/** The pair as a user message and its answer: separator, stop sequence, the leading space and line ends are dropped. */
export function legacyToChat(
  pair: LegacyPair,
  { stop }: LegacyConvention = WRITTEN_HERE,
): readonly [ChatMessage, ChatMessage] {
  const answer = pair.completion.replace(/^ /, '');
  return [
    { role: 'user', content: withoutEnd(pair.prompt, SEPARATORS) },
    { role: 'assistant', content: stop === null ? answer : withoutLineEnds(withoutEnd(answer, STOPS)) },
  ];
}

/**
 * The text before one of `ends` and the white space around it; the text itself where it has none. Looked at from the
 * end, not by a pattern: one that begins with white space takes time with the square of a long blank stretch.
 */
function withoutEnd(text: string, ends: readonly End[]): string {
  return cutEnd(text, ends)?.kept ?? text;
}

function cutEnd(text: string, ends: readonly End[]): { readonly kept: string; readonly word: string } | null {
  const trimmed = text.trimEnd();
  for (const { word, after } of ends) {
    if (!trimmed.endsWith(word)) continue;
    const before = trimmed.slice(0, -word.length);
    const kept = before.trimEnd();
    const gap = before.slice(kept.length);
    if (after === 'anything' || (after === 'space' ? gap !== '' : gap.includes('\n'))) return { kept, word };
  }
  return null;
}

function withoutLineEnds(text: string): string {
  let end = text.length;
  while (end > 0 && text.charAt(end - 1) === '\n') end -= 1;
  return text.slice(0, end);
}

/**
 * Finds out whether every pair of a file keeps to the convention: all prompts end in one separator and all completions
 * begin with a space. Where a single one does not, an END or an arrow may be what the text says.
 */
export class LegacyConventionFinder {
  private pairs = 0;
  private separator: string | null = null;
  private stop: string | null = null;
  private broken = false;

  /** False as soon as the file cannot keep to it any more. */
  push({ prompt, completion }: LegacyPair): boolean {
    const separator = cutEnd(prompt, SEPARATORS)?.word ?? null;
    const stop = cutEnd(completion, STOPS)?.word ?? (completion.endsWith('\n') ? '\n' : null);
    if (this.pairs === 0) {
      this.separator = separator;
      this.stop = stop;
    }
    this.pairs += 1;
    if (stop !== this.stop) this.stop = null;
    if (separator === null || separator !== this.separator || !completion.startsWith(' ')) this.broken = true;
    return !this.broken;
  }

  found(): LegacyConvention | null {
    const { pairs, separator, stop } = this;
    return this.broken || separator === null ? null : { pairs, separator, stop };
  }
}

/** What was cut of pairs in the old form, in a sentence. */
export function conventionWords({ pairs, separator, stop }: LegacyConvention): string {
  const end = stop === null ? '' : stop === '\n' ? ', and the line ends after it' : `, and ${stop} after it`;
  return `${plural(pairs, 'pair')} in the old prompt/completion form: ${separator} was cut after each prompt, the space before each completion${end}.`;
}
