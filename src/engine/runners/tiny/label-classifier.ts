import type { LabelVector } from './label-features.ts';

/** What is chosen on held-out training rows before the first step. */
export interface LabelSettings {
  /** The ridge: how strongly large weights are held back, against the sum of the rows' losses. */
  readonly regularisation: number;
  /** What scores are multiplied by before they become probabilities (temperature scaling, Guo et al. 2017). */
  readonly sharpness: number;
}

/**
 * Multinomial logistic regression with an L2 penalty, learned by dual coordinate ascent (Shalev-Shwartz & Zhang 2013; the
 * form without a dual objective of Shalev-Shwartz 2016). Every training row keeps a coefficient for each class, and the
 * weights are always the sum of the rows times their coefficients; a visit moves a row's coefficients towards the error
 * that the model makes on it. There is no learning rate to tune, a row met for the first time counts fully, and visits
 * end at the one optimum whatever their order.
 */
export class LabelClassifier {
  readonly classes: number;
  readonly settings: LabelSettings;
  /** One row of `classes` weights for each place of the vectors. */
  readonly weights: Float32Array;
  /** One row of `classes` coefficients for each training row. */
  readonly coefficients: Float32Array;
  private readonly change: Float64Array;

  constructor(classes: number, settings: LabelSettings, weights: Float32Array, coefficients: Float32Array) {
    this.classes = classes;
    this.settings = settings;
    this.weights = weights;
    this.coefficients = coefficients;
    this.change = new Float64Array(classes);
  }

  static untrained(places: number, rows: number, classes: number, settings: LabelSettings): LabelClassifier {
    return new LabelClassifier(classes, settings, new Float32Array(places * classes), new Float32Array(rows * classes));
  }

  /** Unnormalised log probabilities, before they are sharpened. */
  scores({ places, values }: LabelVector): Float64Array {
    const { weights, classes } = this;
    const scores = new Float64Array(classes);
    for (let i = 0; i < places.length; i += 1) {
      const value = values[i] ?? 0;
      const from = (places[i] ?? 0) * classes;
      for (let c = 0; c < classes; c += 1) scores[c] = (scores[c] ?? 0) + value * (weights[from + c] ?? 0);
    }
    return scores;
  }

  /** The probability of each class, summing to one over those that `open` allows. */
  probabilities(vector: LabelVector, open: (label: number) => boolean): Float64Array {
    const scores = this.scores(vector);
    for (let c = 0; c < scores.length; c += 1) {
      scores[c] = open(c) ? (scores[c] ?? 0) * this.settings.sharpness : Number.NEGATIVE_INFINITY;
    }
    return softmax(scores);
  }

  /** Visits a training row; `rate` is the share of the way it goes, 0 to 1. */
  visit(row: number, vector: LabelVector, label: number, rate: number): void {
    const { weights, coefficients, classes, change } = this;
    const { regularisation } = this.settings;
    const predicted = softmax(this.scores(vector));
    const stride = (rate * regularisation) / (regularisation + vector.squaredNorm / 2);
    const own = row * classes;
    for (let c = 0; c < classes; c += 1) {
      const error = (c === label ? 1 : 0) - (predicted[c] ?? 0);
      const before = coefficients[own + c] ?? 0;
      const step = stride * (error - before);
      coefficients[own + c] = before + step;
      change[c] = step / regularisation;
    }
    const { places, values } = vector;
    for (let i = 0; i < places.length; i += 1) {
      const value = values[i] ?? 0;
      const from = (places[i] ?? 0) * classes;
      for (let c = 0; c < classes; c += 1) weights[from + c] = (weights[from + c] ?? 0) + value * (change[c] ?? 0);
    }
  }
}

/** In place. */
export function softmax(scores: Float64Array): Float64Array {
  let best = Number.NEGATIVE_INFINITY;
  for (const score of scores) if (score > best) best = score;
  if (best === Number.NEGATIVE_INFINITY) return scores.fill(0);
  let sum = 0;
  for (let i = 0; i < scores.length; i += 1) {
    const e = Math.exp((scores[i] ?? 0) - best);
    scores[i] = e;
    sum += e;
  }
  for (let i = 0; i < scores.length; i += 1) scores[i] = (scores[i] ?? 0) / sum;
  return scores;
}
