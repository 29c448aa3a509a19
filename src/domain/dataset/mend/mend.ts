import { isBlank } from '../../text/blank.ts';
import { withoutByteOrderMark } from '../../text/decoding.ts';
import { plural } from '../../text/format.ts';
import { type ParsedTrainingLine, parseTrainingLine } from '../line/preference.ts';
import { DigestMap, digestOf } from '../rubbish/digests.ts';
import { Tally } from '../rubbish/flags.ts';
import { type LineMend, mendLine } from './line.ts';

/** What a mend of a file does; those of the file as a whole are named by who reads it. */
export type Mend =
  | LineMend
  | 'blank-line'
  | 'duplicate'
  | 'empty-answer'
  | 'same-answers'
  | 'line-end'
  | 'byte-order-mark'
  | 'encoding'
  | 'layout';

/** Said of how many lines, one or more. */
const WORDS: Readonly<Record<Mend, (count: number) => string>> = {
  encoding: () => 'The file was written as UTF-8',
  'byte-order-mark': (count) => `${plural(count, 'byte order mark')} removed`,
  'line-end': (count) => `${plural(count, 'line')} ended with \\n instead of \\r\\n`,
  layout: () => 'The file was written with one object a line',
  'one-line': (count) => `${plural(count, 'example')} put on one line`,
  'written-twice': (count) =>
    `JSON within a text (json.dumps called twice) written as JSON in ${plural(count, 'line')}`,
  'second-value': (count) => `${plural(count, 'line')} of several objects divided`,
  'trailing-comma': (count) => `Commas with nothing after them removed from ${plural(count, 'line')}`,
  'python-word': (count) => `None, True and False written as null, true and false in ${plural(count, 'line')}`,
  'single-quotes': (count) => `Python’s quotes written as JSON’s in ${plural(count, 'line')}`,
  'null-key': (count) => `Keys that are null removed from ${plural(count, 'line')}`,
  'unknown-key': (count) => `Keys that no provider reads removed from ${plural(count, 'line')}`,
  'developer-role': (count) => `The role developer written as system in ${plural(count, 'line')}`,
  'arguments-text': (count) => `Arguments of calls written as JSON in a text in ${plural(count, 'line')}`,
  'blank-line': (count) => `${plural(count, 'blank line')} left out`,
  'empty-answer': (count) => `${plural(count, 'example')} with an empty answer left out`,
  'same-answers': (count) => `${plural(count, 'pair')} of two equal answers left out`,
  duplicate: (count) => `${plural(count, 'copy', 'copies')} of a line before left out`,
};

export interface MendedFact {
  readonly mend: Mend;
  readonly count: number;
  /** The first 1,000 of them, by the lines of the file that was read. */
  readonly lines: readonly number[];
  readonly words: string;
}

/**
 * Mends what a check of a training file finds and what has one certain mend, a line at a time; everything else stays as it
 * is written. Texts and the digits of numbers are never changed. Memory goes with the number of lines, some 25 bytes each.
 */
export class DatasetMend {
  private readonly tallies = new Map<Mend, Tally>();
  private readonly seen = new DigestMap();

  /** The lines to write for one that was read, without their ends; none where it is left out. */
  push(text: string, line: number): readonly string[] {
    if (text.trim() === '') {
      this.note('blank-line', line);
      return [];
    }
    const source = withoutByteOrderMark(text);
    // Files that were put together have marks in their middle.
    if (source !== text) this.note('byte-order-mark', line);
    const mended = mendLine(source) ?? { texts: [source], mends: [] };
    for (const mend of mended.mends) this.note(mend, line);
    return mended.texts.filter((one) => {
      const reason = this.reasonToLeave(one, line);
      if (reason !== null) this.note(reason, line);
      return reason === null;
    });
  }

  /** Counts a mend that was made before the lines came here. */
  note(mend: Mend, line: number): void {
    const tally = this.tallies.get(mend) ?? new Tally();
    tally.add(line);
    this.tallies.set(mend, tally);
  }

  /** What was done, in the order of the table. */
  facts(): readonly MendedFact[] {
    return (Object.keys(WORDS) as Mend[]).flatMap((mend) => {
      const tally = this.tallies.get(mend);
      return tally === undefined
        ? []
        : [{ mend, count: tally.count, lines: tally.lines, words: tally.said(WORDS[mend](tally.count)) }];
    });
  }

  private reasonToLeave(text: string, line: number): Mend | null {
    const parsed = parseTrainingLine(text, line);
    if (hasEmptyAnswer(parsed)) return 'empty-answer';
    if (parsed.findings.some(({ code }) => code === 'same-answers')) return 'same-answers';
    if (parsed.line === null) return null;
    return this.seen.first(digestOf([text.trim()]), line) === null ? null : 'duplicate';
  }
}

/** Whether there is nothing to learn in a line: its answer, or one of a pair's two, says and calls nothing. */
function hasEmptyAnswer({ kind, line }: ParsedTrainingLine): boolean {
  const messages = line?.messages ?? [];
  const answers = messages.slice(kind === 'preference' ? -2 : -1).filter(({ role }) => role === 'assistant');
  return answers.some(
    ({ text, isUnread, calls, images, refused }) => isBlank(text) && !isUnread && !calls && images === 0 && !refused,
  );
}
