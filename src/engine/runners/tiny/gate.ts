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

  /** Notes the gradient at one place: share minus responsibility. */
  learn(inputs: GateInputs, shares: Float64Array, experts: Float64Array): void {
    let mixture = 1e-30;
    for (let expert = 0; expert < EXPERTS; expert += 1) mixture += (shares[expert] ?? 0) * (experts[expert] ?? 0);
    for (let expert = 0; expert < EXPERTS; expert += 1) {
      const share = shares[expert] ?? 0;
      const error = share - (share * (experts[expert] ?? 0)) / mixture;
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
