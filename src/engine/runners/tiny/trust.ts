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
