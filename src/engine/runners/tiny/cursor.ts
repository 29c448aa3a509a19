import type { ChatMessage } from '../../../domain/chat/types.ts';
import { mix } from '../hash.ts';
import { tokenize } from '../text.ts';
import { CopyReader } from './copy.ts';
import { isAccepted, type PointerBook, Register, sourceIndex } from './encoder.ts';
import type { PromptFeatures, PromptStatistics } from './features.ts';
import type { LabelAnswer } from './label-answer.ts';
import type { Source, SourceIndex } from './pointers.ts';
import { START } from './vocabulary.ts';

/** Words remembered by the longest context. */
const MEMORY = 5;
/** No words; one word; then one to five words with the register. */
export const LEVELS = MEMORY + 2;

const SEGMENT = /\d+/;

/** Where an answer stands: the prompt it answers and everything said so far, as contexts for the experts. */
export class Cursor {
  readonly keys = new Uint32Array(LEVELS);
  readonly features: PromptFeatures;
  readonly sources: SourceIndex;
  readonly copy: CopyReader;
  /** Where the answer stands among the labels; null when there are none. */
  readonly labels: LabelAnswer | null;
  private readonly book: PointerBook;
  private readonly history = new Int32Array(MEMORY).fill(START);
  private readonly register: Register;

  constructor(
    prompt: readonly ChatMessage[],
    book: PointerBook,
    statistics: PromptStatistics,
    labels: LabelAnswer | null,
  ) {
    const asked = question(prompt);
    this.book = book;
    this.labels = labels;
    this.register = new Register(book.pronouns);
    this.features = statistics.features(prompt);
    this.sources = sourceIndex(asked, book);
    this.copy = new CopyReader(asked);
    this.setKeys();
  }

  /** Moves past one piece: its symbol's id, the tokens it stands for, and its source when it is a pointer. */
  advance(id: number, tokens: readonly string[], source: Source | null): void {
    this.history.copyWithin(1, 0);
    this.history[0] = id;
    for (const token of tokens) {
      this.copy.read(token);
      for (const own of this.register.read(token, source)) if (isAccepted(own.id, this.book)) this.sources.add(own);
    }
    if (source !== null) this.register.name(source.segment);
    if (this.book.restarts && this.register.opened > 0) this.restart(this.register.opened);
    this.setKeys();
  }

  /**
   * A line after its label, and each sentence in it, begins from the register and its number, not from the words before:
   * few rows have many beginnings that way, where the words before would lead each on to the end of the row it came from.
   */
  private restart(part: number): void {
    this.history.fill(START, 1);
    this.history[1] = -part;
  }

  /**
   * Where the prompt lacks a part that answers are used to copy, one that training has seen takes its place: asked for
   * nothing in particular, the model speaks of what it knows. `below` gives integers in [0, n).
   */
  supply(below: (n: number) => number): void {
    for (const [id, values] of this.book.usual) {
      const value = values[below(values.length)];
      if (value !== undefined && this.sources.find(id) === undefined) {
        this.sources.add({ id, tokens: tokenize(value), segment: Number(SEGMENT.exec(id)?.[0] ?? -1) });
      }
    }
  }

  private setKeys(): void {
    this.keys[0] = 1;
    this.keys[1] = mix(2, this.history[0] ?? 0);
    let hash = mix(3, this.register.value);
    for (let i = 0; i < MEMORY; i += 1) {
      hash = mix(hash, (this.history[i] ?? 0) + 1);
      this.keys[i + 2] = hash;
    }
  }
}

/** What is asked: the last user message, or the last of any role. */
export function question(prompt: readonly ChatMessage[]): string {
  return prompt.findLast(({ role }) => role === 'user')?.content ?? prompt.at(-1)?.content ?? '';
}
