import { plural } from '../text/format.ts';

/** What a model thought before it answered, and the answer. */
export interface SplitAnswer {
  /** Empty where there are none. */
  readonly thoughts: string;
  readonly answer: string;
}

/** What begins and ends thoughts, in lower case. */
const MARKS: ReadonlyMap<string, string> = new Map([
  ...['think', 'thinking', 'thought', 'thoughts', 'reasoning'].map((tag) => [`<${tag}>`, `</${tag}>`] as const),
  // Magistral, Kimi, OpenThinker, and gpt-oss where its server leaves the channels in.
  ['[think]', '[/think]'],
  ['\u25c1think\u25b7', '\u25c1/think\u25b7'],
  ['<|begin_of_thought|>', '<|end_of_thought|>'],
  ['<|channel|>analysis<|message|>', '<|end|><|start|>assistant<|channel|>final<|message|>'],
]);
const oneOf = (marks: Iterable<string>): string => `(?:${[...marks].map((mark) => RegExp.escape(mark)).join('|')})`;
const ANY_MARK = new RegExp(oneOf([...MARKS].flat()), 'i');
const OPENING = new RegExp(`^\\s*(${oneOf(MARKS.keys())})`, 'i');
/** Chat templates that open the thoughts themselves leave only the end of them in the answer; a quoted mark is none. */
const ONLY_END = new RegExp(`^((?:(?!${oneOf(MARKS.keys())})[\\s\\S])*?)(?<![\`'"])${oneOf(MARKS.values())}\\s*`, 'i');

/**
 * Splits an answer from the thoughts before it as DeepSeek-R1, QwQ and Qwen3 write them: `<think>…</think>` at its start (or
 * other marks of the kind), once or more often. Thoughts that never end, as of an answer that was cut, are thoughts to the end of the text. A text
 * without thoughts is its own answer, unchanged.
 */
export function splitThoughts(text: string): SplitAnswer {
  if (!ANY_MARK.test(text)) return { thoughts: '', answer: text };
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
    const [whole, mark = ''] = OPENING.exec(this.kept) ?? [];
    const closing = MARKS.get(mark.toLowerCase());
    if (whole === undefined || closing === undefined) {
      if (mayOpen(this.kept)) return { thoughts: '', wait: true };
      this.answering = true;
      if (this.opened) this.kept = this.kept.trimStart();
      return { thoughts: '', wait: false };
    }
    const thoughts = this.opened ? '\n\n' : '';
    this.opened = true;
    this.closing = closing;
    this.take(whole.length);
    return { thoughts, wait: false };
  }

  private think(closing: string): { readonly thoughts: string; readonly wait: boolean } {
    const end = this.kept.search(new RegExp(RegExp.escape(closing), 'i'));
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
  return [...MARKS.keys()].some((mark) => mark.startsWith(begun));
}

/** Characters at the end of a text that may be the beginning of `mark`. */
function tailOf(text: string, mark: string): number {
  const end = text.slice(-mark.length).toLowerCase();
  for (let at = 0; at < end.length; at += 1) if (mark.startsWith(end.slice(at))) return end.length - at;
  return 0;
}

/** Thoughts and answer as one text, as models write them. */
export const joinThoughts = (thoughts: string, answer: string): string => `<think>\n${thoughts}\n</think>\n\n${answer}`;

/** Words between spaces. */
export const wordsIn = (text: string): number => text.match(/\S+/g)?.length ?? 0;

/** `Thoughts (34 words, no part of the answer)`. */
export const thoughtsTitle = (thoughts: string): string =>
  `Thoughts (${plural(wordsIn(thoughts), 'word')}, no part of the answer)`;
