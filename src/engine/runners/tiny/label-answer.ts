/** The mixture is never quite certain of its labels, so that any other text keeps a finite loss. */
const SUREST = 1 - 1e-9;

/** The end of an answer, among the symbols of a label. */
const LAST = '';

/**
 * Where one answer stands among the labels. The whole answer comes from the labels with probability `weight`, or else
 * from the other experts: a mixture of two distributions over answers, whose conditional probabilities these are, token
 * by token. After each token both the labels that go on and the weight are those given what was said (Bayes' rule).
 */
export class LabelAnswer {
  private readonly spelled: readonly (readonly string[])[];
  /** Labels that begin as the answer does, and the probability of each given that. */
  private open: readonly number[];
  private readonly shares: Float64Array;
  private said = 0;
  private part: number;

  /** `spelled` are the labels' tokens, the last of each empty; `shares` their probabilities, which may lack some of 1. */
  constructor(spelled: readonly (readonly string[])[], shares: Float64Array, known: number) {
    this.spelled = spelled;
    this.shares = shares;
    this.open = [...shares.keys()].filter((label) => (shares[label] ?? 0) > 0);
    const sum = this.total();
    this.part = Math.min(SUREST, known * sum);
  }

  /** The probability that the answer is a label, given what was said of it. */
  get weight(): number {
    return this.part;
  }

  /** The labels' probability of the next symbol. */
  probability(symbol: string): number {
    let sum = 0;
    for (const label of this.open) if (this.next(label) === symbol) sum += this.shares[label] ?? 0;
    return sum === 0 ? 0 : sum / this.total();
  }

  /** Every next symbol with its probability, summing to one. */
  symbols(): Map<string, number> {
    const total = this.total();
    const found = new Map<string, number>();
    for (const label of this.open) {
      const symbol = this.next(label);
      found.set(symbol, (found.get(symbol) ?? 0) + (this.shares[label] ?? 0) / total);
    }
    return found;
  }

  /** The next symbol of the likeliest label; null when another answer is likelier than all labels together. */
  decision(): string | null {
    if (this.part <= 0.5) return null;
    const [first = 0] = this.open;
    let best = first;
    for (const label of this.open) if ((this.shares[label] ?? 0) > (this.shares[best] ?? 0)) best = label;
    return this.next(best);
  }

  /** Moves past a symbol, to which the other experts gave the probability `other`. */
  advance(symbol: string, other: number): void {
    if (this.part === 0) return;
    const own = this.part * this.probability(symbol);
    this.open = this.open.filter((label) => this.next(label) === symbol);
    this.part = own === 0 ? 0 : Math.min(SUREST, own / (own + (1 - this.part) * other));
    this.said += 1;
  }

  private next(label: number): string {
    return this.spelled[label]?.[this.said] ?? LAST;
  }

  private total(): number {
    let sum = 0;
    for (const label of this.open) sum += this.shares[label] ?? 0;
    return sum;
  }
}
