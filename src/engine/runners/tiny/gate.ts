/** Visits of which the memory of one context is made at most. */
const MEMORY = 40;
/** How many visits the average over all contexts counts for, where a context has been seen little. */
const SHRINKAGE = 8;
const LARGEST = 2;

/**
 * Whether the prompt's words help in a context, judged on answers before they were learned from: the mean of
 * log p(log-linear) - log p(n-gram), in nats (prequential scoring, Dawid 1984). What is a free choice in the data,
 * such as the colour of eyes, gains nothing, and must not be learned by heart.
 */
export class Trust {
  readonly gains: Map<number, { gain: number; visits: number }>;
  overall: number;

  constructor(gains: Map<number, { gain: number; visits: number }> = new Map(), overall = 0) {
    this.gains = gains;
    this.overall = overall;
  }

  note(key: number, gain: number): void {
    const bounded = Math.max(-LARGEST, Math.min(LARGEST, gain));
    const before = this.gains.get(key) ?? { gain: 0, visits: 0 };
    const visits = Math.min(before.visits + 1, MEMORY);
    this.gains.set(key, { gain: before.gain + (bounded - before.gain) / visits, visits });
    this.overall += (bounded - this.overall) / 400;
  }

  /** In nats, drawn towards the average of all contexts where little is known. */
  of(key: number): number {
    const { gain, visits } = this.gains.get(key) ?? { gain: 0, visits: 0 };
    return (gain * visits + this.overall * SHRINKAGE) / (visits + SHRINKAGE);
  }
}

/** The experts, in the order of the gate's outputs. */
export const EXPERTS = 3;
const INPUTS = 7;
/** The input that says how far the prompt's words have helped here, and the log-linear expert's first weight on it. */
const TRUST = 6;
const FIRST_TRUST = 2;
const FIRST_BIAS = [0, 0, -4];

/** What the gate sees at one place: all of them around 0 to 1. */
export type GateInputs = Float64Array;

/** A softmax gate over experts (Jacobs, Jordan, Nowlan & Hinton 1991), learned by gradient descent on the mixture's loss. */
export class Gate {
  readonly weights: Float64Array;
  private readonly pending = new Float64Array(EXPERTS * INPUTS);
  private noted = 0;

  constructor(weights?: Float64Array) {
    this.weights = weights ?? new Float64Array(EXPERTS * INPUTS);
    if (weights === undefined) {
      for (const [expert, bias] of FIRST_BIAS.entries()) this.weights[expert * INPUTS] = bias;
      this.weights[INPUTS + TRUST] = FIRST_TRUST;
    }
  }

  /** Each expert's share; those that have nothing to say here get none. */
  shares(inputs: GateInputs, available: readonly boolean[]): Float64Array {
    const shares = new Float64Array(EXPERTS);
    let sum = 0;
    for (let expert = 0; expert < EXPERTS; expert += 1) {
      if (available[expert] !== true) continue;
      let score = 0;
      for (let i = 0; i < INPUTS; i += 1) score += (this.weights[expert * INPUTS + i] ?? 0) * (inputs[i] ?? 0);
      const e = Math.exp(Math.max(-20, Math.min(20, score)));
      shares[expert] = e;
      sum += e;
    }
    for (let expert = 0; expert < EXPERTS; expert += 1) shares[expert] = (shares[expert] ?? 0) / sum;
    return shares;
  }

  /** Notes the gradient at one place: share minus responsibility, times what the place counts for. */
  learn(inputs: GateInputs, shares: Float64Array, experts: Float64Array, weight: number): void {
    let mixture = 1e-30;
    for (let expert = 0; expert < EXPERTS; expert += 1) mixture += (shares[expert] ?? 0) * (experts[expert] ?? 0);
    for (let expert = 0; expert < EXPERTS; expert += 1) {
      const share = shares[expert] ?? 0;
      const error = weight * (share - (share * (experts[expert] ?? 0)) / mixture);
      for (let i = 0; i < INPUTS; i += 1) {
        const at = expert * INPUTS + i;
        this.pending[at] = (this.pending[at] ?? 0) + error * (inputs[i] ?? 0);
      }
    }
    this.noted += 1;
  }

  apply(rate: number): void {
    if (this.noted === 0) return;
    for (let i = 0; i < this.weights.length; i += 1) {
      this.weights[i] = (this.weights[i] ?? 0) - (rate * (this.pending[i] ?? 0)) / this.noted;
    }
    this.pending.fill(0);
    this.noted = 0;
  }
}

/** `trust` in nats, see `Trust`. */
export function gateInputs(
  support: number,
  level: number,
  run: number,
  known: number,
  choices: number,
  trust: number,
): GateInputs {
  const bounded = Math.max(-1, Math.min(1, trust * 2));
  return Float64Array.of(
    1,
    Math.log1p(support) / 5,
    level,
    Math.min(run, 4) / 4,
    known,
    Math.log1p(choices) / 5,
    bounded,
  );
}
