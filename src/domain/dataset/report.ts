import type { DatasetFinding } from './types.ts';

/** Percentiles of a token count over the examples, by their true names. */
export interface TokenSummary {
  readonly min: number;
  readonly p5: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  readonly mean: number;
  readonly total: number;
}

/** What a check of a training file found and counted. */
export interface DatasetReport {
  readonly model: string;
  readonly examples: number;
  readonly findings: readonly DatasetFinding[];
  readonly errors: number;
  readonly warnings: number;
  readonly missingSystem: number;
  readonly missingUser: number;
  readonly messagesPerExample: TokenSummary;
  readonly tokensPerExample: TokenSummary;
  readonly assistantTokensPerExample: TokenSummary;
  /** The model's limit on an example; null when unknown. */
  readonly tokenLimit: number | null;
  /** Lines that are longer than the limit, and so would be cut. */
  readonly overLimit: readonly number[];
  readonly defaultEpochs: number;
  /** Tokens of one epoch, each example cut at the limit; a job bills this times its epochs. */
  readonly billedTokensPerEpoch: number;
  /** US$ for the default epochs; null when the price is unknown. */
  readonly costUsd: number | null;
}
