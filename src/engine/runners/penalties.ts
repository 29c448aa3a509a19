import type { PracticeOptions } from './practice/types.ts';

/**
 * What an answer has said so far, and what that takes from the chances of saying it again. OpenAI's formula: from the
 * log probability of a token, its count times the frequency penalty, and the presence penalty once it was said.
 */
export class Penalties {
  private readonly counts = new Map<string, number>();
  private readonly presence: number;
  private readonly frequency: number;

  private constructor(presence: number, frequency: number) {
    this.presence = presence;
    this.frequency = frequency;
  }

  /** Null where nothing is penalised, so that nothing is counted. */
  static of({ presencePenalty = 0, frequencyPenalty = 0 }: PracticeOptions): Penalties | null {
    return presencePenalty === 0 && frequencyPenalty === 0 ? null : new Penalties(presencePenalty, frequencyPenalty);
  }

  say(token: string): void {
    this.counts.set(token, (this.counts.get(token) ?? 0) + 1);
  }

  /** What is taken from the token's log probability; below zero where repetition is encouraged. */
  of(token: string): number {
    const count = this.counts.get(token) ?? 0;
    return count === 0 ? 0 : this.presence + count * this.frequency;
  }
}
