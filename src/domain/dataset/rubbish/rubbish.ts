import { isBlank } from '../../text/blank.ts';
import type { EqualBefore } from '../equal/examples.ts';
import type { LateEquals } from '../equal/late.ts';
import type { DatasetFinding } from '../types.ts';
import { type ContentFlag, excerpt, FLAG_RULES, Tally } from './flags.ts';
import type { AnswerLook, AnswerTexts } from './look.ts';
import { NearRepeats } from './near.ts';
import { kindOf, type Quote, Repeats } from './repeats.ts';
import { SlotNaming } from './slots.ts';

/** An example, as what was seen of it. */
export interface SeenExample {
  readonly line: number;
  readonly look: AnswerLook;
  /** Of the line as it stands. */
  readonly digest: number;
  /** What was there before; null where that is known at the end. */
  readonly equal: EqualBefore | null;
  /** The flags of the row that the line was made of, which knows its slots and what its provider said. */
  readonly told: readonly ContentFlag[] | null;
  texts(): AnswerTexts;
}

/**
 * What a person would call rubbish among the examples of a file, an example at a time: each one's flags, and what repeats
 * between them.
 */
export class RubbishFinder {
  private readonly tallies = new Map<ContentFlag, Tally>();
  private readonly repeats = new Repeats();
  private readonly naming = new SlotNaming();
  private readonly near = new NearRepeats();
  /** Digests of the lines that were compared with one another. */
  private readonly compared = new Set<number>();
  /** Whether anybody said which slots the examples fill; then nothing is concluded from their prompts. */
  private isTold = false;
  private flaggedLines = 0;

  add({ line, digest, look, equal, told, texts }: SeenExample): void {
    if (told !== null) this.isTold = true;
    this.flag(line, told ?? look.flags, texts);
    if (look.isPair || !look.isSpoken) return;
    if (told === null && !this.naming.isOther()) {
      const { questions, answer } = texts();
      this.naming.add(line, questions.at(-1) ?? '', answer, look.flags.length > 0);
    }
    // Of a line that was there before only the flags count.
    if (equal !== null && equal.copied !== null) return;
    if (equal !== null && look.prompt !== null)
      this.repeats.add({ line, equal, kind: kindOf(look.length, look.first), text: () => texts().answer });
    if (this.near.isFull || this.compared.has(digest)) return;
    this.compared.add(digest);
    const { system, questions, answer } = texts();
    this.near.add({ line, system, question: questions.join('\n'), answer });
  }

  /** What was known at the end; gives what is to be quoted of it. */
  addLate(late: LateEquals): readonly Quote[] {
    return this.repeats.addLate(late);
  }

  /** How many examples have a flag of their own. */
  get flaggedExamples(): number {
    return this.flaggedLines + this.naming.missing().unflagged;
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
