/** What a training job is expected to cost. */
export interface Quote {
  readonly model: string;
  readonly trainExamples: number;
  readonly validationExamples: number;
  readonly epochs: number;
  /** True when `epochs` is the default rule's, the provider being free to choose. */
  readonly epochsAreDefault: boolean;
  readonly tokensPerEpoch: number;
  readonly billedTokens: number;
  /** US$; null when the price is unknown. */
  readonly costUsd: number | null;
}
