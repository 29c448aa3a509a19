import { mix } from '../hash.ts';
import { Backoff, type CountTable } from './ngram.ts';

/** Symbols to dense ids, in order of arrival. Pointer symbols start with NUL and are longer than one character, which no token of text is. */
export class Vocabulary {
  private readonly ids = new Map<string, number>();
  private readonly symbols: string[] = [];

  constructor(symbols: Iterable<string>) {
    for (const symbol of symbols) this.intern(symbol);
  }

  get size(): number {
    return this.symbols.length;
  }

  intern(symbol: string): number {
    const known = this.ids.get(symbol);
    if (known !== undefined) return known;
    const id = this.symbols.length;
    this.ids.set(symbol, id);
    this.symbols.push(symbol);
    return id;
  }

  /** -1 when unknown. */
  find(symbol: string): number {
    return this.ids.get(symbol) ?? -1;
  }

  text(id: number): string {
    return this.symbols[id] ?? '';
  }

  list(): readonly string[] {
    return this.symbols;
  }
}

/** End of text, before the start, and the escape to spelling; the first three symbols of every vocabulary. */
export const END = 0;
export const START = 1;
export const ESCAPE = 2;
export const RESERVED: readonly string[] = ['\0end', '\0start', '\0escape'];

/** What the base knows before any training: common words and marks of English, all equally likely. */
const MARKS = ['.', ',', ':', ';', '!', '?', '-', '_', '/', '\n', ' ', ' —', '(', ')', ' (', '"', ' "', "'s", '’s'];
const WORDS =
  'the of and to a an in is it that was for on are as with his her they their at be this from have or by one had not but ' +
  'what all were when we there can said which do how if will each about up out then them she he many some so these would ' +
  'other into has more two like him see time could no make than first been its who now people my over did down only way ' +
  'find use may water long little very after words called just where most know get through back much before go good new ' +
  'write our used me man too any day same right look think also around another came come work three word must because ' +
  'does part even place well such here take why things help put years different away again off went old number great tell ' +
  'men say small every found still between name should home big give air line set own under read last never us left end ' +
  'along while might next sound below saw something thought both few those always looked show large often together asked ' +
  'house world going want school important until form food keep children feet land side without boy once animal life ' +
  'enough took four head above kind began almost live page got earth need far hand high year mother light country father ' +
  'let night picture being study second soon story since white ever paper hard near sentence better best across during ' +
  'today however sure knew young told ready yes';

export const BASE_SYMBOLS: readonly string[] = [...MARKS, ...WORDS.split(' ').map((word) => ` ${word}`)];

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
