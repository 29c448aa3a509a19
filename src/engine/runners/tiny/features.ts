import type { ChatMessage } from '../../../domain/chat/types.ts';
import { hashText, mix } from '../hash.ts';
import { tokenize } from '../text.ts';

/** A prompt as a sparse vector of unit length: words, their first letters and pairs of words, weighted by rarity (TF-IDF, Sparck Jones 1972). */
export interface PromptFeatures {
  readonly hashes: Uint32Array;
  readonly weights: Float32Array;
  /** The share of the prompt's words that training has seen, 0 to 1. */
  readonly known: number;
}

const MAX_FEATURES = 400;
const STEM = 5;
const BIAS = 0x5bd1e995;
const BIAS_WEIGHT = 0.3;

/** How many prompts hold each feature. */
export class PromptStatistics {
  readonly frequency: Map<number, number>;
  rows: number;

  constructor(frequency: Map<number, number> = new Map(), rows = 0) {
    this.frequency = frequency;
    this.rows = rows;
  }

  count(prompt: readonly ChatMessage[]): void {
    this.rows += 1;
    for (const hash of rawFeatures(prompt)) this.frequency.set(hash, (this.frequency.get(hash) ?? 0) + 1);
  }

  /** Features unseen in training carry no weight yet, and those every prompt has tell nothing: both are left out. */
  features(prompt: readonly ChatMessage[]): PromptFeatures {
    const raw = rawFeatures(prompt);
    const weighted: { hash: number; weight: number }[] = [];
    let seen = 0;
    for (const hash of raw) {
      const count = this.frequency.get(hash) ?? 0;
      if (count > 0) seen += 1;
      if (count > 0 && count < this.rows) weighted.push({ hash, weight: Math.log((this.rows + 1) / (count + 0.5)) });
    }
    if (weighted.length > MAX_FEATURES)
      weighted.sort((a, b) => b.weight - a.weight || a.hash - b.hash).length = MAX_FEATURES;
    const norm = Math.sqrt(weighted.reduce((sum, { weight }) => sum + weight * weight, 0)) || 1;
    const hashes = new Uint32Array(weighted.length + 1);
    const weights = new Float32Array(weighted.length + 1);
    for (const [i, { hash, weight }] of weighted.entries()) {
      hashes[i] = hash;
      weights[i] = weight / norm;
    }
    hashes[weighted.length] = BIAS;
    weights[weighted.length] = BIAS_WEIGHT;
    return { hashes, weights, known: raw.size === 0 ? 0 : seen / raw.size };
  }
}

function rawFeatures(prompt: readonly ChatMessage[]): Set<number> {
  const found = new Set<number>();
  for (const { role, content } of prompt) {
    let previous = hashText(role);
    for (const token of tokenize(content.slice(0, 20_000))) {
      const word = token.trim().toLowerCase();
      if (!/[\p{L}\p{N}]/u.test(word)) continue;
      const hash = hashText(word);
      found.add(hash);
      if (word.length > STEM) found.add(mix(hashText(word.slice(0, STEM)), 1));
      found.add(mix(previous, hash));
      previous = hash;
    }
  }
  return found;
}
