import { createRandom, type Random } from '../../../domain/common/random.ts';
import { hashText, mix } from '../hash.ts';

/** Phrases by name; `#name#` in a phrase stands for one of them. The idea is Kate Compton's Tracery (2015). */
export type Phrases = Readonly<Record<string, readonly string[]>>;

/**
 * Makes the choices of a grammar. The prompt gives each list an order of preference; temperature says how far down
 * the list a choice may wander: 0 always takes the first, 1 takes nearly any, 2 takes all alike.
 */
export class Chooser {
  /** The sum of the logarithms of the probabilities of all choices so far. */
  logProbability = 0;
  private readonly stream: Random;
  private readonly salt: number;
  private readonly temperature: number;

  constructor(prompt: string, seed: number, temperature: number) {
    this.salt = hashText(prompt);
    this.temperature = temperature;
    this.stream = createRandom(mix(seed, this.salt));
  }

  /** One of the list, which must not be empty. */
  pick<T>(list: readonly T[]): T {
    const first = list[0];
    if (first === undefined) throw new Error('A grammar has nothing to choose from.');
    const rank = this.rank(list.length);
    const turn = mix(this.salt, list.length) % list.length;
    return list[(rank + turn) % list.length] ?? first;
  }

  /** Replaces every `#name#` until none is left. An unknown name is a mistake in the grammar, and throws. */
  expand(text: string, phrases: Phrases): string {
    return text.replace(/#(\w+)#/g, (_, name: string) => {
      const list = phrases[name];
      if (list === undefined) throw new Error(`The grammar has no phrases named ${name}.`);
      return this.expand(this.pick(list), phrases);
    });
  }

  private rank(length: number): number {
    if (this.temperature <= 0 || length < 2) return 0;
    const slope = 0.6 / (length * this.temperature);
    let sum = 0;
    for (let i = 0; i < length; i += 1) sum += Math.exp(-slope * i);
    let left = this.stream.next() * sum;
    for (let i = 0; i < length; i += 1) {
      const weight = Math.exp(-slope * i);
      left -= weight;
      if (left < 0 || i === length - 1) {
        this.logProbability += Math.log(weight / sum);
        return i;
      }
    }
    return length - 1;
  }
}
