import { plural } from '../../text/format.ts';
import type { AnswerKind, EqualBefore } from '../equal/examples.ts';
import type { FirstPairs, LateAnswers, LateEquals } from '../equal/late.ts';
import type { DatasetFinding } from '../types.ts';
import { excerpt, Tally } from './flags.ts';

/** An example as a search for repeats looks at it. */
interface Answered {
  readonly line: number;
  /** What was there before. */
  readonly equal: EqualBefore;
  readonly kind: AnswerKind;
  /** The answer, to be quoted. */
  text(): string;
}

/** A line that is to be quoted and is not at hand. */
export interface Quote {
  readonly line: number;
  readonly give: (answer: string) => void;
}

/** Words from which an answer is no label; and from which nobody writes the same twice. */
const SENTENCE = 6;
export const PASSAGE = 25;
/** Of the sentences that answer, the share that must differ for a repeat to be odd: classes with long names repeat. */
const MOSTLY = 0.5;
/** Examples from which one answer to all of them says that nothing can be learned. */
const ONE_TO_ALL = 5;

export type AnswerLength = 'label' | 'sentence' | 'passage';

const WIDE = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/g;
const SPACE = 0x20;

/** How long an answer is, in words; JSON and other code is a label, for its values repeat by nature. */
export function lengthOf(text: string): AnswerLength {
  if (/^\s*[[{<]/.test(text) && /[\]}>]\s*$/.test(text)) return 'label';
  const words = wordsOf(text) + Math.floor((text.slice(0, 2 * PASSAGE).match(WIDE)?.length ?? 0) / 2);
  return lengthOfWords(words);
}

export function lengthOfWords(words: number): AnswerLength {
  if (words < SENTENCE) return 'label';
  return words < PASSAGE ? 'sentence' : 'passage';
}

/** Words between white space, counted no further than to a passage. */
function wordsOf(text: string): number {
  let words = 0;
  let isBetween = true;
  for (let at = 0; at < text.length && words < PASSAGE; at += 1) {
    const isSpace = text.charCodeAt(at) <= SPACE;
    if (isBetween && !isSpace) words += 1;
    isBetween = isSpace;
  }
  return words;
}

export const isLabel = (text: string): boolean => lengthOf(text) === 'label';

class Sentences {
  total = 0;
  distinct = 0;
  readonly repeated = new Tally();

  addLate({ total, distinct }: LateAnswers): void {
    this.total += total;
    this.distinct += distinct;
  }
}

/** What an answer counts as among those that are compared: `first`, where it answers the first question of its talk: a later answer may be a mere courtesy. */
export function kindOf(length: AnswerLength, first: boolean): AnswerKind {
  if (length === 'label' || (length === 'sentence' && !first)) return null;
  return length;
}

const otherwiseText = (first: number, answer: string): string =>
  `its prompt is that of line ${first}, its answer ${excerpt(answer)}`;
const repeatedText = (first: number, answer: string): string => `it answers as line ${first} does, ${excerpt(answer)}`;

/**
 * Counts one answer to different prompts and one prompt with different answers, an example at a time. It keeps no texts. That labels repeat is what they
 * are for; two labels for one prompt are as odd as two texts.
 */
export class Repeats {
  private readonly otherwise = new Tally();
  private readonly sentences = new Sentences();
  private readonly passages = new Sentences();

  add({ line, equal, kind, text }: Answered): void {
    const { otherwise, answered } = equal;
    if (otherwise !== null) this.otherwise.add(line, () => otherwiseText(otherwise, text()));
    if (kind === null) return;
    const counted = kind === 'sentence' ? this.sentences : this.passages;
    counted.total += 1;
    if (answered === null) counted.distinct += 1;
    else if (!answered.isAskedSo) counted.repeated.add(line, () => repeatedText(answered.line, text()));
  }

  /** What was found at the end; gives what is to be quoted of it. */
  addLate({ otherwise, sentences, passages }: LateEquals): readonly Quote[] {
    this.sentences.addLate(sentences);
    this.passages.addLate(passages);
    return [
      ...lateQuotes(this.otherwise, otherwise, otherwiseText),
      ...lateQuotes(this.sentences.repeated, sentences.repeated, repeatedText),
      ...lateQuotes(this.passages.repeated, passages.repeated, repeatedText),
    ];
  }

  findings(): readonly DatasetFinding[] {
    const { sentences, passages, otherwise } = this;
    const isOdd =
      sentences.distinct >= MOSTLY * sentences.total || (sentences.distinct === 1 && sentences.total >= ONE_TO_ALL);
    const repeated = isOdd ? joined(sentences.repeated, passages.repeated) : passages.repeated;
    const found: DatasetFinding[] = [];
    if (repeated.count > 0) {
      const what = `${plural(repeated.count, 'example')} repeat${repeated.count === 1 ? 's' : ''} the answer to another prompt`;
      found.push(
        repeated.finding(
          'same-answer',
          what,
          'Generate them again or leave them out, unless one answer is meant for all.',
        ),
      );
    }
    if (otherwise.count > 0) {
      const what = `${plural(otherwise.count, 'example')} answer${otherwise.count === 1 ? 's' : ''} a prompt otherwise than an example before`;
      found.push(
        otherwise.finding('other-answer', what, 'Keep the better answer of each prompt, unless several are meant.'),
      );
    }
    return found;
  }
}

/** Both tallies as one, its lines ascending. */
function joined(a: Tally, b: Tally): Tally {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  const all = new Tally();
  const [first, other] = (a.lines[0] ?? 0) < (b.lines[0] ?? 0) ? [a, b] : [b, a];
  for (const line of [...a.lines, ...b.lines].toSorted((x, y) => x - y)) all.add(line, () => first.sample);
  all.count = first.count + other.count;
  return all;
}

function lateQuotes(tally: Tally, late: FirstPairs, say: (first: number, answer: string) => string): readonly Quote[] {
  const pairs = late.pairs();
  const [quoted] = tally.count === 0 ? pairs : [];
  tally.addLate(
    late.count,
    pairs.map(({ line }) => line),
  );
  if (quoted === undefined) return [];
  const give = (answer: string): void => {
    tally.sample = say(quoted.first, answer);
  };
  return [{ line: quoted.line, give }];
}
