import { findLate, type LateEquals } from './late.ts';
import { Records, type Spill } from './records.ts';
import { FirstLines, LineDigests } from './tables.ts';

/** What an answer is by its length; null of one that may be there often, as a label. */
export type AnswerKind = 'sentence' | 'passage' | null;
const KINDS = [null, 'sentence', 'passage'] as const;

/** An example by its digests. */
export interface ExampleDigests {
  readonly line: number;
  readonly digest: number;
  /** Null where prompts are not compared; then no answers are either. */
  readonly prompt: number | null;
  readonly answer: number;
  readonly kind: AnswerKind;
}

/** What was there before an example. */
export interface EqualBefore {
  /** The line that is the same. */
  readonly copied: number | null;
  /** The line that asked the same first and answered otherwise. */
  readonly otherwise: number | null;
  /** Of an answer with a kind: the line that answered so first, and whether it was asked the same; null where it is new. */
  readonly answered: { readonly line: number; readonly isAskedSo: boolean } | null;
}

/** Where memory ends: lines that it holds, and what takes those beyond. */
export interface Room {
  readonly lines: number;
  readonly open: () => Spill;
}

/**
 * Finds lines, prompts and answers that were there before, an example at a time. Up to a number of lines it knows at once, by some 40 bytes a line in memory; beyond,
 * where there is room, it writes down what it compares and knows at the end.
 */
export class EqualExamples {
  private readonly room: Room | null;
  private digests = new LineDigests();
  private promptOf = new LineDigests();
  private answerOf = new LineDigests();
  private prompts = new FirstLines(this.promptOf);
  private answers = new FirstLines(this.answerOf);
  /** On which line an example was first seen whose prompt was there before, or which has none to compare. */
  private seen = new FirstLines(this.digests);
  /** Lines whose answers are compared, by kind. */
  private readonly kinds: Uint8Array;
  private beyond: { readonly examples: Records; readonly answers: Records } | null = null;

  constructor(room: Room | null) {
    this.room = room;
    this.kinds = new Uint8Array(room === null ? 0 : room.lines + 1);
  }

  /** Lines ascend. Null where it is known at the end. */
  add(example: ExampleDigests): EqualBefore | null {
    if (this.room !== null && example.line > this.room.lines) {
      this.writeDown(example);
      return null;
    }
    const { line, digest, prompt, answer, kind } = example;
    this.digests.set(line, digest);
    if (prompt !== null) this.promptOf.set(line, prompt);
    const asked = prompt === null ? null : this.prompts.first(line);
    const copied = this.copied(example, asked);
    if (copied !== null || prompt === null) return { copied, otherwise: null, answered: null };
    this.answerOf.set(line, answer);
    const otherwise = asked !== null && this.answerOf.get(asked) !== answer ? asked : null;
    if (kind === null) return { copied, otherwise, answered: null };
    if (line < this.kinds.length) this.kinds[line] = KINDS.indexOf(kind);
    const first = this.answers.first(line);
    const answered = first === null ? null : { line: first, isAskedSo: this.promptOf.get(first) === prompt };
    return { copied, otherwise, answered };
  }

  /** What was not known at once; null where all was. */
  end(): LateEquals | null {
    const { beyond, room } = this;
    return beyond === null || room === null ? null : findLate(beyond.examples, beyond.answers, room.lines + 1);
  }

  private copied({ line, digest, prompt }: ExampleDigests, asked: number | null): number | null {
    // What nobody asked before was not there before, and need not be found again by itself.
    if (asked === null && prompt !== null) return null;
    return asked !== null && this.digests.get(asked) === digest ? asked : this.seen.first(line);
  }

  private writeDown({ line, digest, prompt, answer, kind }: ExampleDigests): void {
    const { examples, answers } = this.beyond ?? this.leaveMemory();
    examples.add(prompt ?? -1 - digest, digest, answer, line);
    if (prompt !== null && kind !== null) answers.add(answer, digest, prompt, kind === 'passage' ? -line : line);
  }

  private leaveMemory(): { readonly examples: Records; readonly answers: Records } {
    const { room, digests, promptOf, answerOf } = this;
    if (room === null) throw new Error('There is no room beyond memory.');
    const spill = room.open();
    const beyond = { examples: new Records(spill), answers: new Records(spill) };
    this.beyond = beyond;
    for (let line = 1; line <= room.lines; line += 1) {
      const digest = digests.get(line);
      if (digest === 0) continue;
      const prompt = promptOf.get(line) || null;
      const kind = KINDS[this.kinds[line] ?? 0] ?? null;
      this.writeDown({ line, digest, prompt, answer: answerOf.get(line), kind });
    }
    this.digests = new LineDigests();
    this.promptOf = new LineDigests();
    this.answerOf = new LineDigests();
    this.prompts = new FirstLines(this.promptOf);
    this.answers = new FirstLines(this.answerOf);
    this.seen = new FirstLines(this.digests);
    return beyond;
  }
}
