import { trainingCost } from '../pricing/cost.ts';
import type { PriceTable } from '../pricing/types.ts';
import { tokenLimitOf } from '../tokens/models.ts';
import { defaultEpochs } from '../training/epochs.ts';
import type { LineKind } from './preferenceLine.ts';
import { summarise } from './summary.ts';
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
  /** `preference`: every example is a pair of answers, for DPO. */
  readonly kind: LineKind;
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

/** What was measured in each line that could be read. */
export interface LineMeasure {
  readonly line: number;
  readonly messages: number;
  readonly tokens: number;
  readonly assistantTokens: number;
  readonly hasSystem: boolean;
  readonly hasUser: boolean;
}

export interface ReportInput {
  readonly model: string;
  readonly kind: LineKind;
  /** Lines that are not blank, readable or not. */
  readonly examples: number;
  readonly measures: readonly LineMeasure[];
  readonly findings: readonly DatasetFinding[];
  readonly prices: PriceTable;
}

/** The report of a checked file: counts, percentiles, and what the default epochs would bill and cost. */
export function buildReport({ model, kind, examples, measures, findings, prices }: ReportInput): DatasetReport {
  const limit = tokenLimitOf(model);
  const epochs = defaultEpochs(examples);
  const billed = measures.reduce((total, { tokens }) => total + Math.min(tokens, limit ?? tokens), 0);
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  return {
    kind,
    model,
    examples,
    findings,
    errors,
    warnings: findings.length - errors,
    missingSystem: measures.filter((measure) => !measure.hasSystem).length,
    missingUser: measures.filter((measure) => !measure.hasUser).length,
    messagesPerExample: summarise(measures.map((measure) => measure.messages)),
    tokensPerExample: summarise(measures.map((measure) => measure.tokens)),
    assistantTokensPerExample: summarise(measures.map((measure) => measure.assistantTokens)),
    tokenLimit: limit,
    overLimit: limit === null ? [] : measures.filter(({ tokens }) => tokens > limit).map(({ line }) => line),
    defaultEpochs: epochs,
    billedTokensPerEpoch: billed,
    costUsd: trainingCost(billed * epochs, model, prices),
  };
}
