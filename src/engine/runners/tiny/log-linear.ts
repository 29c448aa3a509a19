import type { PromptFeatures } from './features.ts';

/** 2^20 weights, shared by hashing (Weinberger et al. 2009). */
const BITS = 20;
const SHIFT = 32 - BITS;

/** The symbols a log-linear prediction chooses among, with the n-gram's own share of each. */
export interface Candidates {
  readonly key: number;
  readonly symbols: readonly number[];
  readonly priors: readonly number[];
}

/**
 * A log-linear model of the next symbol given the words of the prompt, with the n-gram as its prior:
 * p(w) proportional to prior(w) exp(sum over features f of x_f W[context, f, w]) (maximum entropy with a prior
 * distribution, Della Pietra et al. 1997; Rosenfeld 1996). Learned by AdaGrad (Duchi et al. 2011). This is what
 * makes an answer depend on what was asked, and all of what makes a classifier.
 */
export class LogLinear {
  readonly weights: Float32Array;
  /** AdaGrad's sum of squared gradients. */
  readonly squares: Float32Array;
  /** What was noted since the last step. Kept between steps: a new list for each would be most of the garbage. */
  private pendingIndex = new Uint32Array(1024);
  private pendingGradient = new Float64Array(1024);
  private pending = 0;

  constructor(weights = new Float32Array(1 << BITS), squares = new Float32Array(1 << BITS)) {
    this.weights = weights;
    this.squares = squares;
  }

  /** The probability of each candidate, summing to one. */
  predict({ key, symbols, priors }: Candidates, { hashes, weights }: PromptFeatures): Float64Array {
    const scores = new Float64Array(symbols.length);
    let best = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < symbols.length; i += 1) {
      let score = Math.log((priors[i] ?? 0) + 1e-9);
      const salt = Math.imul((symbols[i] ?? 0) + 1, 0x9e3779b1);
      for (let f = 0; f < hashes.length; f += 1) {
        score += (weights[f] ?? 0) * (this.weights[slot(key, hashes[f] ?? 0, salt)] ?? 0);
      }
      scores[i] = score;
      if (score > best) best = score;
    }
    let sum = 0;
    for (let i = 0; i < scores.length; i += 1) {
      const e = Math.exp((scores[i] ?? 0) - best);
      scores[i] = e;
      sum += e;
    }
    for (let i = 0; i < scores.length; i += 1) scores[i] = (scores[i] ?? 0) / sum;
    return scores;
  }

  /** Notes the gradient of -log p(target), times what the place counts for; `apply` takes the step. */
  learn(
    { key, symbols }: Candidates,
    predicted: Float64Array,
    target: number,
    { hashes, weights }: PromptFeatures,
    weight: number,
  ): void {
    for (let i = 0; i < symbols.length; i += 1) {
      const error = weight * ((predicted[i] ?? 0) - (symbols[i] === target ? 1 : 0));
      if (Math.abs(error) < 1e-3) continue;
      const salt = Math.imul((symbols[i] ?? 0) + 1, 0x9e3779b1);
      this.makeRoom(hashes.length);
      for (let f = 0; f < hashes.length; f += 1) {
        this.pendingIndex[this.pending] = slot(key, hashes[f] ?? 0, salt);
        this.pendingGradient[this.pending] = error * (weights[f] ?? 0);
        this.pending += 1;
      }
    }
  }

  /** One AdaGrad step for everything noted since the last. */
  apply(rate: number): void {
    const { weights, squares, pendingIndex, pendingGradient } = this;
    for (let i = 0; i < this.pending; i += 1) {
      const index = pendingIndex[i] ?? 0;
      const gradient = pendingGradient[i] ?? 0;
      const square = (squares[index] ?? 0) + gradient * gradient;
      squares[index] = square;
      weights[index] = (weights[index] ?? 0) - (rate * gradient) / Math.sqrt(square + 1e-4);
    }
    this.pending = 0;
  }

  private makeRoom(more: number): void {
    let size = this.pendingIndex.length;
    if (this.pending + more <= size) return;
    while (size < this.pending + more) size *= 2;
    const [index, gradient] = [new Uint32Array(size), new Float64Array(size)];
    index.set(this.pendingIndex);
    gradient.set(this.pendingGradient);
    this.pendingIndex = index;
    this.pendingGradient = gradient;
  }
}

function slot(key: number, feature: number, salt: number): number {
  const h = Math.imul((key ^ feature) + salt, 0x85ebca6b);
  return Math.imul(h ^ (h >>> 15), 0xc2b2ae35) >>> SHIFT;
}
