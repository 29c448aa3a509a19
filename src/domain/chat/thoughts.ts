import { plural } from '../text/format.ts';

/** What a model thought before it answered, and the answer. */
export interface SplitAnswer {
  /** Empty where there are none. */
  readonly thoughts: string;
  readonly answer: string;
}

const TAGS = ['think', 'thinking', 'thought', 'thoughts', 'reasoning'];
const OPENING = new RegExp(`^\\s*<(${TAGS.join('|')})>`, 'i');
/** Chat templates that open the thoughts themselves leave only the end of them in the answer; a quoted tag is none. */
const ONLY_END = new RegExp(`^((?:(?!<(?:${TAGS.join('|')})>)[\\s\\S])*)(?<![\`'"])</(?:${TAGS.join('|')})>\\s*`, 'i');

/**
 * Splits an answer from the thoughts before it as DeepSeek-R1, QwQ and Qwen3 write them: `<think>…</think>` at its start,
 * once or more often. Thoughts that never end, as of an answer that was cut, are thoughts to the end of the text. A text
 * without thoughts is its own answer, unchanged.
 */
export function splitThoughts(text: string): SplitAnswer {
  const splitter = new ThoughtSplitter();
  const said = joined(splitter.push(text), splitter.end());
  if (splitter.opened) return { thoughts: said.thoughts.trim(), answer: said.answer };
  const onlyEnd = ONLY_END.exec(text);
  if (onlyEnd === null) return { thoughts: '', answer: text };
  return { thoughts: (onlyEnd[1] ?? '').trim(), answer: text.slice(onlyEnd[0].length) };
}

const joined = (one: SplitAnswer, other: SplitAnswer): SplitAnswer => ({
  thoughts: one.thoughts + other.thoughts,
  answer: one.answer + other.answer,
});

/** The same for a text that comes in pieces, which may cut a tag in two. */
export class ThoughtSplitter {
  /** Whether a tag opened thoughts. */
  opened = false;
  /** Of the thoughts that are open: the tag that ends them. */
  private closing: string | null = null;
  private answering = false;
  /** What may still become a tag. */
  private kept = '';

  /** What the piece adds to either. */
  push(piece: string): SplitAnswer {
    this.kept += piece;
    let thoughts = '';
    while (!this.answering) {
      const read = this.closing === null ? this.open() : this.think(this.closing);
      thoughts += read.thoughts;
      if (read.wait) return { thoughts, answer: '' };
    }
    return { thoughts, answer: this.take(this.kept.length) };
  }

  /** What was kept back. */
  end(): SplitAnswer {
    const rest = this.take(this.kept.length);
    if (this.closing !== null) return { thoughts: rest, answer: '' };
    return { thoughts: '', answer: this.opened && !this.answering ? rest.trimStart() : rest };
  }

  private take(length: number): string {
    const taken = this.kept.slice(0, length);
    this.kept = this.kept.slice(length);
    return taken;
  }

  /** Before an answer: thoughts begin, the answer does, or it cannot be told yet. */
  private open(): { readonly thoughts: string; readonly wait: boolean } {
    const [whole, tag] = OPENING.exec(this.kept) ?? [];
    if (whole === undefined || tag === undefined) {
      if (mayOpen(this.kept)) return { thoughts: '', wait: true };
      this.answering = true;
      if (this.opened) this.kept = this.kept.trimStart();
      return { thoughts: '', wait: false };
    }
    const thoughts = this.opened ? '\n\n' : '';
    this.opened = true;
    this.closing = `</${tag.toLowerCase()}>`;
    this.take(whole.length);
    return { thoughts, wait: false };
  }

  private think(closing: string): { readonly thoughts: string; readonly wait: boolean } {
    const end = this.kept.search(new RegExp(closing, 'i'));
    if (end < 0) return { thoughts: this.take(this.kept.length - tailOf(this.kept, closing)), wait: true };
    const thoughts = this.take(end).trimEnd();
    this.take(closing.length);
    this.closing = null;
    return { thoughts, wait: false };
  }
}

/** Whether more text may make an opening tag of what is there. */
function mayOpen(text: string): boolean {
  const begun = text.trimStart().toLowerCase();
  return TAGS.some((tag) => `<${tag}>`.startsWith(begun));
}

/** Characters at the end of a text that may be the beginning of `tag`. */
function tailOf(text: string, tag: string): number {
  const at = text.lastIndexOf('<');
  return at >= 0 && tag.startsWith(text.slice(at).toLowerCase()) ? text.length - at : 0;
}

/** Thoughts and answer as one text, as models write them. */
export const joinThoughts = (thoughts: string, answer: string): string => `<think>\n${thoughts}\n</think>\n\n${answer}`;

/** Words between spaces. */
export const wordsIn = (text: string): number => text.match(/\S+/g)?.length ?? 0;

/** `Thoughts (34 words, no part of the answer)`. */
export const thoughtsTitle = (thoughts: string): string =>
  `Thoughts (${plural(wordsIn(thoughts), 'word')}, no part of the answer)`;
