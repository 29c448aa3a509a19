import { createRandom, permutation } from '../src/domain/common/random.ts';
import type { Labelled } from '../test/engine/runners/support/learning.ts';

type Vector = readonly (readonly [place: number, value: number])[];

/**
 * The plain classifier that the practice model stands beside: what scikit-learn's LinearSVC(C=1) makes of a FeatureUnion
 * of two TfidfVectorizers, words 1-2 and char_wb 2-5, with sublinear frequencies. Gives the share of answers that are right.
 */
export function plainAccuracy(training: readonly Labelled[], testing: readonly Labelled[]): number {
  const vectorOf = fitTfIdf(training.map(({ text }) => text));
  const vectors = training.map(({ text }) => vectorOf(text));
  const labels = [...new Set(training.map(({ label }) => label))];
  const models = labels.map((one) => {
    const signs = training.map(({ label }) => (label === one ? 1 : -1));
    return fitSvm(vectors, signs);
  });
  const right = testing.filter(({ text, label }) => {
    const vector = vectorOf(text);
    const scores = models.map((weights) => score(weights, vector));
    return labels[scores.indexOf(Math.max(...scores))] === label;
  });
  return right.length / testing.length;
}

function gramsOf(text: string): [words: string[], letters: string[]] {
  const lower = text.toLowerCase();
  const words = lower.match(/[\p{L}\p{N}_]{2,}/gu) ?? [];
  const letters: string[] = [];
  for (const [word] of lower.matchAll(/\S+/g)) {
    const spaced = ` ${word} `;
    for (let length = 2; length <= 5; length += 1) {
      for (let end = length; end <= spaced.length; end += 1) letters.push(`#${spaced.slice(end - length, end)}`);
    }
  }
  return [[...words, ...words.slice(1).map((word, i) => `${words[i]} ${word}`)], letters];
}

/** Each block of features has length 1; place 0 is the bias. */
function fitTfIdf(texts: readonly string[]): (text: string) => Vector {
  const known = new Map<string, { readonly place: number; readonly rows: number }>();
  for (const gram of texts.flatMap((text) => [...new Set(gramsOf(text).flat())])) {
    const { place, rows } = known.get(gram) ?? { place: known.size + 1, rows: 0 };
    known.set(gram, { place, rows: rows + 1 });
  }
  const block = (grams: readonly string[]): Vector => {
    const counts = new Map<string, number>();
    for (const gram of grams) counts.set(gram, (counts.get(gram) ?? 0) + 1);
    const values = [...counts].flatMap(([gram, count]): Vector => {
      const entry = known.get(gram);
      if (entry === undefined) return [];
      return [[entry.place, (1 + Math.log(count)) * (Math.log((1 + texts.length) / (1 + entry.rows)) + 1)]];
    });
    const length = Math.hypot(...values.map(([, value]) => value)) || 1;
    return values.map(([place, value]) => [place, value / length]);
  };
  return (text) => [[0, 1], ...gramsOf(text).flatMap(block)];
}

function score(weights: Float64Array, vector: Vector): number {
  return vector.reduce((sum, [place, value]) => sum + value * (weights[place] ?? 0), 0);
}

/** Squared hinge loss, C = 1, by dual coordinate descent (Hsieh et al. 2008). */
function fitSvm(vectors: readonly Vector[], signs: readonly number[]): Float64Array {
  const random = createRandom(1);
  const weights = new Float64Array(1 + vectors.flat().reduce((most, [place]) => Math.max(most, place), 0));
  const alphas = new Float64Array(vectors.length);
  for (let pass = 0, steepest = 1; pass < 1000 && steepest > 1e-4; pass += 1) {
    steepest = 0;
    for (const row of permutation(vectors.length, random)) {
      const [vector = [], sign = 0, alpha = 0] = [vectors[row], signs[row], alphas[row]];
      const gradient = sign * score(weights, vector) - 1 + alpha / 2;
      if (alpha === 0 && gradient >= 0) continue;
      steepest = Math.max(steepest, Math.abs(gradient));
      const squares = vector.reduce((sum, [, value]) => sum + value * value, 0);
      const moved = Math.max(0, alpha - gradient / (squares + 1 / 2));
      alphas[row] = moved;
      for (const [place, value] of vector) weights[place] = (weights[place] ?? 0) + (moved - alpha) * sign * value;
    }
  }
  return weights;
}
