import { isBlank } from '../../text/blank.ts';
import type { DatasetFinding } from '../types.ts';
import { LineSet } from './digests.ts';
import { type ContentFlag, excerpt, FLAG_RULES, Tally } from './flags.ts';
import type { AnswerLook, AnswerTexts } from './look.ts';
import { NearRepeats } from './near.ts';
import { Repeats } from './repeats.ts';
import { SlotNaming } from './slots.ts';

/** An example, as what was seen of it. */
export interface SeenExample {
  readonly line: number;
  readonly look: AnswerLook;
  /** The line that asked the same first, as `asked` gave it. */
  readonly before: number | null;
  /** The flags of the row that the line was made of, which knows its slots and what its provider said. */
  readonly told: readonly ContentFlag[] | null;
  /** The same line was there before, so that only its flags count. */
  readonly isCopy: boolean;
  texts(): AnswerTexts;
}

/**
 * What a person would call rubbish among the examples of a file, an example at a time: each one's flags, and what repeats
 * between them. Memory goes with the number of examples, some 30 bytes each.
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
  private readonly flagged = new LineSet();

  /** The line that asked the same first; null where that is this one, or prompts are not compared. To be called once, before `add`. */
  asked(line: number, { prompt }: AnswerLook): number | null {
    return prompt === null ? null : this.repeats.asked(line, prompt);
  }

  add({ line, look, before, told, isCopy, texts }: SeenExample): void {
    if (told !== null) this.isTold = true;
    this.flag(line, told ?? look.flags, texts);
    if (look.isPair || !look.isSpoken) return;
    if (told === null && !this.naming.isOther()) {
      const { questions, answer } = texts();
      this.naming.add(line, questions.at(-1) ?? '', answer);
    }
    if (isCopy) return;
    if (look.prompt !== null)
      this.repeats.add({ ...look, prompt: look.prompt, line, before, text: () => texts().answer });
    if (this.near.isFull) return;
    const { system, questions, answer } = texts();
    this.near.add({ line, system, question: questions.join('\n'), answer });
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

  private flag(line: number, flags: readonly ContentFlag[], texts: () => AnswerTexts): void {
    if (flags.length === 0) return;
    this.flaggedLines += 1;
    this.flagged.add(line);
    for (const flag of flags) {
      const tally = this.tallies.get(flag) ?? new Tally();
      tally.add(line, () => {
        const text = texts().answer;
        return isBlank(text) ? '' : excerpt(text, flag === 'truncated' ? 'end' : 'start');
      });
      this.tallies.set(flag, tally);
    }
  }
}
