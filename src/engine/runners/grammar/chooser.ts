import { createRandom, type Random } from '../../../domain/common/random.ts';
import { hashText, mix } from '../hash.ts';
import type { Penalties } from '../penalties.ts';

/** Phrases by name; `#name#` in a phrase stands for one of them. The idea is Kate Compton's Tracery (2015). */
export type Phrases = Readonly<Record<string, readonly string[]>>;

/** One choice: which rank was taken, and the probability of each. */
export interface Choice {
  readonly rank: number;
  readonly shares: readonly number[];
}

export interface ChooserOptions {
  readonly seed: number;
  readonly temperature: number;
  /** Of the words that were said: a phrase is penalised by the mean of its words. */
  readonly penalties?: Penalties | null;
  readonly given?: readonly number[];
}

/**
 * Makes the choices of a grammar. The prompt gives each list an order of preference; temperature says how far down
 * the list a choice may wander: 0 always takes the first, 1 takes nearly any, 2 takes all alike.
 */
export class Chooser {
  /** The choices so far. */
  readonly choices: Choice[] = [];
  private readonly stream: Random;
  private readonly salt: number;
  private readonly temperature: number;
  private readonly given: readonly number[];
  private readonly penalties: Penalties | null;

  /** `given` are ranks to take, as far as they go, in place of random ones. */
  constructor(prompt: string, { seed, temperature, penalties = null, given = [] }: ChooserOptions) {
    this.given = given;
    this.penalties = penalties;
    this.salt = hashText(prompt);
    this.temperature = temperature;
    this.stream = createRandom(mix(seed, this.salt));
  }

  /** One of the list, which must not be empty. */
  pick<T>(list: readonly T[]): T {
    const first = list[0];
    if (first === undefined) throw new Error('A grammar has nothing to choose from.');
    const turn = mix(this.salt, list.length) % list.length;
    const at = (rank: number): T => list[(rank + turn) % list.length] ?? first;
    const chosen = at(this.rank(list.length, (rank) => this.penaltyOf(at(rank))));
    if (this.penalties !== null) for (const word of wordsOf(chosen)) this.penalties.say(word);
    return chosen;
  }

  private penaltyOf(option: unknown): number {
    const { penalties } = this;
    if (penalties === null) return 0;
    const words = wordsOf(option);
    return words.reduce((sum, word) => sum + penalties.of(word), 0) / Math.max(1, words.length);
  }

  /** Replaces every `#name#` until none is left. An unknown name is a mistake in the grammar, and throws. */
  expand(text: string, phrases: Phrases): string {
    return text.replace(/#(\w+)#/g, (_, name: string) => {
      const list = phrases[name];
      if (list === undefined) throw new Error(`The grammar has no phrases named ${name}.`);
      return this.expand(this.pick(list), phrases);
    });
  }

  /** The sum of the logarithms of the probabilities of all choices so far. */
  get logProbability(): number {
    return this.choices.reduce((sum, { rank, shares }) => sum + Math.log(shares[rank] ?? 1), 0);
  }

  /** At temperature 0 the likeliest is taken, without penalties the first, and probabilities are those at 1. */
  private rank(length: number, penaltyOf: (rank: number) => number): number {
    if (length < 2) return 0;
    const heat = this.temperature <= 0 ? 1 : this.temperature;
    const slope = 0.6 / length;
    const weights = Array.from({ length }, (_, i) => Math.exp(-(slope * i + penaltyOf(i)) / heat));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const shares = weights.map((weight) => weight / sum);
    const given = this.given[this.choices.length];
    const rank = given === undefined ? this.draw(shares) : Math.min(given, length - 1);
    this.choices.push({ rank, shares });
    return rank;
  }

  private draw(shares: readonly number[]): number {
    if (this.temperature <= 0) return shares.indexOf(Math.max(...shares));
    let left = this.stream.next();
    const rank = shares.findIndex((share) => {
      left -= share;
      return left < 0;
    });
    return rank < 0 ? shares.length - 1 : rank;
  }
}

/** The words a phrase says of itself: what its marks stand for is chosen, and counted, for itself. */
function wordsOf(option: unknown): readonly string[] {
  if (typeof option !== 'string') return [];
  const own = option.replace(/#\w+#|\{[^}]*\}/g, ' ').toLowerCase();
  return own.match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu) ?? [];
}
