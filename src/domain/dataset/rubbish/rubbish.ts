import { isBlank } from '../../text/blank.ts';
import type { LineMessage } from '../line/message.ts';
import type { ParsedTrainingLine } from '../line/preference.ts';
import type { DatasetFinding } from '../types.ts';
import { answerFlags, type ContentFlag, excerpt, FLAG_RULES, Tally } from './flags.ts';
import { NearRepeats } from './near.ts';
import { Repeats } from './repeats.ts';
import { SlotNaming } from './slots.ts';

/**
 * What a person would call rubbish among the examples of a file, an example at a time: each one's flags, and what repeats
 * between them. Memory goes with the number of examples, some 60 bytes each.
 */
export class RubbishFinder {
  private readonly tallies = new Map<ContentFlag, Tally>();
  private readonly repeats = new Repeats();
  private readonly naming = new SlotNaming();
  private readonly near = new NearRepeats();
  /** Whether anybody said which slots the examples fill; then nothing is concluded from their prompts. */
  private isTold = false;
  private flaggedLines = 0;
  /** Flagged otherwise than by what their prompts ask for; only of use to not count one twice. */
  private readonly flagged = new Set<number>();

  /**
   * `told`: the flags of the row that the line was made of, which knows its slots and what its provider said. `isCopy`:
   * the same line was there before, so that only its flags count.
   */
  add(
    line: number,
    { kind, line: read }: ParsedTrainingLine,
    told: readonly ContentFlag[] | null,
    isCopy: boolean,
  ): void {
    if (read === null || kind === null) return;
    const answer = answerOf(read.messages, kind === 'preference');
    if (answer === null) return;
    const { at, message } = answer;
    const text = message.text;
    const isSpoken = message.toolCallIds.length === 0 && !isBlank(text);
    if (told !== null) this.isTold = true;
    this.flag(line, told ?? flagsAmong(read.messages, at), text);
    if (kind === 'preference' || !isSpoken) return;
    const before = read.messages.slice(0, at);
    const questions = before.filter(({ role }) => role === 'user');
    if (told === null) this.naming.add(line, questions.at(-1)?.text ?? '', text);
    if (isCopy) return;
    if (before.every(({ images }) => images === 0)) {
      const prompt = before.flatMap(({ counted }) => counted.values);
      this.repeats.add({ line, prompt, answer: message.counted.values, text, first: questions.length === 1 });
    }
    this.near.add({
      line,
      system: before.find(({ role }) => role === 'system')?.text ?? '',
      question: questions.map((question) => question.text).join('\n'),
      answer: text,
    });
  }

  /** How many examples have a flag of their own. */
  get flaggedExamples(): number {
    const { lines } = this.naming.missing();
    return this.flaggedLines + [...lines].filter((line) => !this.flagged.has(line)).length;
  }

  findings(): readonly DatasetFinding[] {
    const missing = this.isTold ? this.tallies.get('missing-slot-value') : this.naming.missing().tally;
    const flags = FLAG_RULES.flatMap(({ flag, one, many, fix }) => {
      const tally = flag === 'missing-slot-value' ? missing : this.tallies.get(flag);
      // An empty answer is an error of its line already.
      if (tally === undefined || tally.count === 0 || flag === 'empty') return [];
      return [tally.finding(flag, `${tally.count} ${tally.count === 1 ? one : many}`, fix)];
    });
    return [...flags, ...this.repeats.findings(), ...this.near.findings()];
  }

  private flag(line: number, flags: readonly ContentFlag[], text: string): void {
    if (flags.length === 0) return;
    this.flaggedLines += 1;
    this.flagged.add(line);
    for (const flag of flags) {
      const tally = this.tallies.get(flag) ?? new Tally();
      tally.add(line, () => (isBlank(text) ? '' : excerpt(text, flag === 'truncated' ? 'end' : 'start')));
      this.tallies.set(flag, tally);
    }
  }
}

/** The answer that is learned: the last message, of a preference line the better of its two answers. */
function answerOf(
  messages: readonly LineMessage[],
  isPair: boolean,
): { readonly at: number; readonly message: LineMessage } | null {
  const at = messages.length - (isPair ? 2 : 1);
  const message = messages[at];
  return message?.role === 'assistant' ? { at, message } : null;
}

/** Flags of every answer that is learned, up to the one at `last`. A message that calls tools need say nothing. */
function flagsAmong(messages: readonly LineMessage[], last: number): readonly ContentFlag[] {
  const found = new Set<ContentFlag>();
  messages.slice(0, last + 1).forEach((message) => {
    const { role, learned, toolCallIds, text, images, refused, cut } = message;
    if (role !== 'assistant' || !learned || toolCallIds.length > 0 || images > 0 || message.calls) return;
    if (message.isUnread) return;
    for (const flag of answerFlags({ text, refused, cut })) found.add(flag);
  });
  return [...found];
}
