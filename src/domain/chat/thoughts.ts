/** What a model thought before it answered, and the answer. */
export interface SplitAnswer {
  /** Empty where there are none. */
  readonly thoughts: string;
  readonly answer: string;
}

const TAGS = ['think', 'thinking', 'thought', 'thoughts', 'reasoning'];
const OPENING = new RegExp(`^\\s*<(${TAGS.join('|')})>`, 'i');
/** Chat templates that open the thoughts themselves leave only the end of them in the answer; a quoted tag is none. */
const ONLY_END = new RegExp(
  `^((?:(?!<(?:${TAGS.join('|')})>)[\\s\\S])*)(?<![\`'"])</(?:${TAGS.join('|')})>\\s*`,
  'i',
);

/**
 * Splits an answer from the thoughts before it as DeepSeek-R1, QwQ and Qwen3 write them: `<think>…</think>` at its start,
 * once or more often. Thoughts that never end, as of an answer that was cut, are thoughts to the end of the text. A text
 * without thoughts is its own answer, unchanged.
 */
export function splitThoughts(text: string): SplitAnswer {
  const splitter = createThoughtSplitter();
  const said = joined(splitter.push(text), splitter.end());
  if (splitter.opened()) return { thoughts: said.thoughts.trim(), answer: said.answer };
  const onlyEnd = ONLY_END.exec(text);
  if (onlyEnd === null) return { thoughts: '', answer: text };
  return { thoughts: (onlyEnd[1] ?? '').trim(), answer: text.slice(onlyEnd[0].length) };
}

const joined = (one: SplitAnswer, other: SplitAnswer): SplitAnswer => ({
  thoughts: one.thoughts + other.thoughts,
  answer: one.answer + other.answer,
});

/** The same for a text that comes in pieces, which may cut a tag in two. */
export interface ThoughtSplitter {
  /** What the piece adds to either; what may still become a tag is kept back. */
  push(piece: string): SplitAnswer;
  /** What was kept back. */
  end(): SplitAnswer;
  /** Whether a tag opened thoughts. */
  opened(): boolean;
}

export function createThoughtSplitter(): ThoughtSplitter {
  /** Of the thoughts that are open: the tag that ends them; null in the answer. */
  let closing: string | null = null;
  let answering = false;
  let opened = false;
  let kept = '';

  function read(): SplitAnswer {
    let thoughts = '';
    for (;;) {
      if (answering) {
        const answer = kept;
        kept = '';
        return { thoughts, answer };
      }
      if (closing === null) {
        const [whole, tag] = OPENING.exec(kept) ?? [];
        if (whole === undefined || tag === undefined) {
          if (mayOpen(kept)) return { thoughts, answer: '' };
          answering = true;
          kept = opened ? kept.trimStart() : kept;
          continue;
        }
        if (opened) thoughts += '\n\n';
        opened = true;
        closing = `</${tag.toLowerCase()}>`;
        kept = kept.slice(whole.length).trimStart();
        continue;
      }
      const end = kept.search(new RegExp(closing, 'i'));
      if (end < 0) {
        const safe = kept.length - tailOf(kept, closing);
        thoughts += kept.slice(0, safe);
        kept = kept.slice(safe);
        return { thoughts, answer: '' };
      }
      thoughts += kept.slice(0, end).trimEnd();
      kept = kept.slice(end + closing.length);
      closing = null;
    }
  }

  return {
    push(piece) {
      kept += piece;
      return read();
    },
    end() {
      const rest = kept;
      kept = '';
      if (closing !== null) return { thoughts: rest, answer: '' };
      return { thoughts: '', answer: opened && !answering ? rest.trimStart() : rest };
    },
    opened: () => opened,
  };
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
export const joinThoughts = (thoughts: string, answer: string): string =>
  `<think>\n${thoughts}\n</think>\n\n${answer}`;

/** Words between spaces. */
export const wordsIn = (text: string): number => text.match(/\S+/g)?.length ?? 0;
