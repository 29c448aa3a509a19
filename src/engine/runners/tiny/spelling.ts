import { mix } from '../random.ts';
import { Backoff } from './backoff.ts';
import type { CountTable } from './counts.ts';

const END_OF_WORD = 0x110000;
const LEVELS = [0.9, 0.8, 0.7, 0.6];
/** Before any word was seen: characters by their rank in English text, Zipf's law, and a little for all of Unicode. */
const RANKED = [...' etaoinshrdlcumwfgypbvk-ETAOINSHRDLCUMWFGYPBVKxjqzXJQZ0123456789'];
const HARMONIC = RANKED.reduce((sum, _, rank) => sum + 1 / (rank + 3), 0);
const PRIOR: ReadonlyMap<number, number> = new Map([
  [END_OF_WORD, 0.16],
  ...RANKED.map((char, rank): [number, number] => [char.codePointAt(0) ?? 0, 0.82 / (rank + 3) / HARMONIC]),
]);

/** Spells words that are not in the vocabulary, by an n-gram over code points; any text has a finite loss. */
export class Spelling {
  private readonly chain: Backoff;
  private readonly keys = new Uint32Array(LEVELS.length);

  constructor(table?: CountTable) {
    this.chain = new Backoff(LEVELS, table);
  }

  get table(): CountTable {
    return this.chain.table;
  }

  /** Natural logarithm of the probability of the whole word. */
  logProbability(word: string): number {
    let sum = 0;
    this.walk(word, (code) => {
      sum += Math.log(this.chain.probability(this.keys, code, floor(code)));
    });
    return sum;
  }

  observe(word: string): void {
    this.walk(word, (code) => this.chain.observe(this.keys, code, 1));
  }

  private walk(word: string, visit: (code: number) => void): void {
    const history = [0, 0, 0];
    for (const char of word) {
      this.setKeys(history);
      const code = char.codePointAt(0) ?? 0;
      visit(code);
      history.unshift(code);
      history.length = 3;
    }
    this.setKeys(history);
    visit(END_OF_WORD);
  }

  private setKeys(history: readonly number[]): void {
    let hash = 0x51ed27;
    this.keys[0] = hash;
    for (let level = 1; level < LEVELS.length; level += 1) {
      hash = mix(hash, (history[level - 1] ?? 0) + level);
      this.keys[level] = hash;
    }
  }
}

function floor(code: number): number {
  return (PRIOR.get(code) ?? 0) + 0.02 / 0x110001;
}
