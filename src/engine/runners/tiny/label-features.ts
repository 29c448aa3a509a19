import type { ChatMessage } from '../../../domain/chat/types.ts';
import { hashText, mix } from '../hash.ts';

/** A prompt as the label classifier sees it: places in the table of weights, and how strongly each is there. */
export interface LabelVector {
  readonly places: Uint32Array;
  readonly values: Float32Array;
  readonly squaredNorm: number;
}

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’]\p{L}+)?/gu;
/** Of a long prompt, each message is read this far, in UTF-16 units. */
const READ = 20_000;
const STEM = 5;
/** Two words at most this far apart make a pair. */
const NEAR = 3;
const SHORTEST_GRAM = 2;
const LONGEST_GRAM = 4;
const LONGEST_WORD = 40;
/** Place 0 is always on: how common each label is. */
const BIAS = 1;

/** How often each feature occurs in one prompt, by block: words, pairs of word stems, letters, the instructions' words. */
type Counts = readonly [
  words: Map<number, number>,
  pairs: Map<number, number>,
  letters: Map<number, number>,
  instructions: Map<number, number>,
];

/** The squared length of each block. Where instructions differ between rows they lean towards a label, and no more. */
const SHARES = [1 / 3, 1 / 3, 1 / 3, 0.1];

/**
 * Words, pairs of word stems up to three words apart (skip-grams, Guthrie et al. 2006) and runs of two to four letters
 * within a word (Joulin et al. 2016; scikit-learn's `char_wb`), with sublinear frequencies (1 + log tf) times smoothed
 * rarity (Sparck Jones 1972). Each block is brought to a length of its own, so that the many runs of letters do not drown
 * the words.
 */
export class LabelFeatures {
  /** In how many training rows each feature occurs, in the order of their places, which begin at 1. */
  readonly frequency: ReadonlyMap<number, number>;
  readonly rows: number;
  private readonly places = new Map<number, number>();

  constructor(frequency: ReadonlyMap<number, number>, rows: number) {
    this.frequency = frequency;
    this.rows = rows;
    for (const hash of frequency.keys()) this.places.set(hash, this.places.size + 1);
  }

  /** Keeps the `limit` features that most rows have. What every row has tells nothing, and is left out. */
  static fit(prompts: readonly (readonly ChatMessage[])[], limit: number): LabelFeatures {
    const frequency = new Map<number, number>();
    for (const prompt of prompts) {
      for (const block of countFeatures(prompt)) {
        for (const hash of block.keys()) frequency.set(hash, (frequency.get(hash) ?? 0) + 1);
      }
    }
    const telling = [...frequency].filter(([, rows]) => rows < prompts.length);
    if (telling.length > limit) telling.sort(([a, m], [b, n]) => n - m || a - b).length = limit;
    return new LabelFeatures(new Map(telling), prompts.length);
  }

  /** The number of places, the bias included. */
  get size(): number {
    return this.places.size + 1;
  }

  /** A feature that training has not seen has no place, but takes its part of the length: the rest is then less sure. */
  vector(prompt: readonly ChatMessage[]): LabelVector {
    const places: number[] = [0];
    const values: number[] = [BIAS];
    for (const [b, block] of countFeatures(prompt).entries()) {
      const from = values.length;
      let sum = 0;
      for (const [hash, count] of block) {
        const place = this.places.get(hash);
        const rows = this.frequency.get(hash) ?? 0;
        const rarity = Math.log((this.rows + 1) / (rows + 1)) + 1;
        const value = (1 + Math.log(count)) * rarity;
        sum += value * value;
        if (place === undefined) continue;
        places.push(place);
        values.push(value);
      }
      const scale = Math.sqrt((SHARES[b] ?? 0) / (sum || 1));
      for (let i = from; i < values.length; i += 1) values[i] = (values[i] ?? 0) * scale;
    }
    const squaredNorm = values.reduce((sum, value) => sum + value * value, 0);
    return { places: Uint32Array.from(places), values: Float32Array.from(values), squaredNorm };
  }
}

function countFeatures(prompt: readonly ChatMessage[]): Counts {
  const counts: Counts = [new Map(), new Map(), new Map(), new Map()];
  const [words, pairs, letters, instructions] = counts;
  for (const { role, content } of prompt) {
    const found = content.slice(0, READ).toLowerCase().match(WORD) ?? [];
    if (role === 'user' || role === 'assistant') countMessage(found, role === 'user' ? 0 : 4, words, pairs, letters);
    else for (const word of found) increment(instructions, mix(hashText(word), 8));
  }
  return counts;
}

/** `salt` keeps apart what the user said and what was answered. */
function countMessage(
  found: readonly string[],
  salt: number,
  words: Map<number, number>,
  pairs: Map<number, number>,
  letters: Map<number, number>,
): void {
  const stems: number[] = [];
  for (const [at, word] of found.entries()) {
    increment(words, mix(hashText(word), salt));
    const stem = hashText(word.slice(0, STEM));
    for (let before = Math.max(0, at - NEAR); before < at; before += 1) {
      increment(pairs, mix(mix(stems[before] ?? 0, stem), salt + 1));
    }
    stems.push(stem);
    countGrams(` ${word.slice(0, LONGEST_WORD)} `, salt + 2, letters);
  }
}

/** The runs of letters of one word between spaces; a word shorter than a run is one run as a whole. */
function countGrams(word: string, salt: number, into: Map<number, number>): void {
  for (let length = SHORTEST_GRAM; length <= LONGEST_GRAM; length += 1) {
    for (let at = 0; at === 0 || at + length <= word.length; at += 1) {
      increment(into, mix(hashText(word.slice(at, at + length)), salt));
    }
    if (word.length <= length) return;
  }
}

function increment(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
