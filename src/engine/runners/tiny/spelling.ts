import { mix } from '../random.ts';
import { Backoff } from './backoff.ts';
import type { CountTable } from './counts.ts';

const END_OF_WORD = 0x110000;
const LEVELS = [0.9, 0.8, 0.7, 0.6];
/** Before any word was seen: nine tenths for the 64 commonest characters of English text, the rest for all of Unicode. */
const COMMON = new Set(
  [...' abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'].map((c) => c.codePointAt(0)),
);
const LONGEST = 24;

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

  /** Invents a word. `uniform` gives numbers in [0, 1). */
  sample(uniform: () => number): string {
    let word = '';
    const history = [0, 0, 0];
    while (word.length < LONGEST) {
      this.setKeys(history);
      const code = this.sampleCode(uniform());
      if (code === END_OF_WORD || code < 0) break;
      word += String.fromCodePoint(code);
      history.unshift(code);
    }
    return word;
  }

  private sampleCode(uniform: number): number {
    const { table } = this.chain;
    let context = -1;
    for (let level = LEVELS.length - 1; level >= 0 && context < 0; level -= 1)
      context = table.context(this.keys[level] ?? 0);
    if (context < 0) return -1;
    let left = uniform * (table.total[context] ?? 0);
    for (let entry = table.head[context] ?? -1; entry >= 0; entry = table.entryNext[entry] ?? -1) {
      left -= table.entryCount[entry] ?? 0;
      if (left <= 0) return table.entrySymbol[entry] ?? -1;
    }
    return -1;
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
  return (COMMON.has(code) || code === END_OF_WORD ? 0.9 / 65 : 0) + 0.1 / 0x110001;
}
