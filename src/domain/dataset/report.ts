import { trainingCost } from '../pricing/cost.ts';
import type { PriceTable } from '../pricing/prices.ts';
import { tokenLimitOf } from '../provider/models.ts';
import { defaultEpochs } from '../training/epochs.ts';
import type { LineKind } from './line/preference.ts';
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
  /** Examples with a flag of their own: an answer that is empty, refused, cut, or lacks what its prompt asks for. */
  readonly flagged: number;
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

/** What was measured in a line that could be read. */
export interface LineMeasure {
  readonly messages: number;
  readonly tokens: number;
  readonly assistantTokens: number;
  readonly hasSystem: boolean;
  readonly hasUser: boolean;
}

/** Whole numbers by how often each occurs: a million examples have some thousand different lengths. */
export class Histogram {
  private readonly counts = new Map<number, number>();

  add(value: number): void {
    this.counts.set(value, (this.counts.get(value) ?? 0) + 1);
  }

  summary(): TokenSummary {
    return summarise([...this.counts].toSorted(([a], [b]) => a - b));
  }
}

/** What the lines of a file come to, a line at a time; its size goes with how much they differ, not with how many there are. */
export class MeasureTotals {
  readonly messages = new Histogram();
  readonly tokens = new Histogram();
  readonly assistantTokens = new Histogram();
  readonly overLimit: number[] = [];
  missingSystem = 0;
  missingUser = 0;
  billed = 0;
  /** Tokens of an example at most; null when unknown. */
  readonly limit: number | null;

  constructor(model: string) {
    this.limit = tokenLimitOf(model);
  }

  add(line: number, { messages, tokens, assistantTokens, hasSystem, hasUser }: LineMeasure): void {
    this.messages.add(messages);
    this.tokens.add(tokens);
    this.assistantTokens.add(assistantTokens);
    if (!hasSystem) this.missingSystem += 1;
    if (!hasUser) this.missingUser += 1;
    this.billed += Math.min(tokens, this.limit ?? tokens);
    if (this.isOver(tokens)) this.overLimit.push(line);
  }

  isOver(tokens: number): boolean {
    return this.limit !== null && tokens > this.limit;
  }
}

export interface ReportInput {
  readonly model: string;
  readonly kind: LineKind;
  /** Lines that are not blank, readable or not. */
  readonly examples: number;
  readonly totals: MeasureTotals;
  readonly findings: readonly DatasetFinding[];
  readonly flagged: number;
  readonly prices: PriceTable;
}

/** The report of a checked file: counts, percentiles, and what the default epochs would bill and cost. */
export function buildReport(input: ReportInput): DatasetReport {
  const { model, kind, examples, totals, findings, flagged, prices } = input;
  const epochs = defaultEpochs(examples);
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  return {
    kind,
    model,
    examples,
    findings,
    errors,
    warnings: findings.length - errors,
    flagged,
    missingSystem: totals.missingSystem,
    missingUser: totals.missingUser,
    messagesPerExample: totals.messages.summary(),
    tokensPerExample: totals.tokens.summary(),
    assistantTokensPerExample: totals.assistantTokens.summary(),
    tokenLimit: totals.limit,
    overLimit: totals.overLimit,
    defaultEpochs: epochs,
    billedTokensPerEpoch: totals.billed,
    costUsd: trainingCost(totals.billed * epochs, model, prices),
  };
}

/** How often a value occurs. */
type Counted = readonly [value: number, times: number];

/**
 * The percentile by nearest rank: the smallest of the values that at least `percent` per cent of them do not exceed.
 * It is always a value that occurs. `sorted` ascends; 0 when it is empty.
 */
function percentile(sorted: readonly Counted[], total: number, percent: number): number {
  const rank = Math.max(1, Math.ceil((percent / 100) * total));
  let passed = 0;
  for (const [value, times] of sorted) {
    passed += times;
    if (passed >= rank) return value;
  }
  return 0;
}

/** Smallest, largest, mean, total, and the 5th, 50th and 95th percentile; zeros for no values. `sorted` ascends. */
function summarise(sorted: readonly Counted[]): TokenSummary {
  const values = sorted.reduce((sum, [, times]) => sum + times, 0);
  const total = sorted.reduce((sum, [value, times]) => sum + value * times, 0);
  return {
    min: sorted[0]?.[0] ?? 0,
    p5: percentile(sorted, values, 5),
    p50: percentile(sorted, values, 50),
    p95: percentile(sorted, values, 95),
    max: sorted.at(-1)?.[0] ?? 0,
    mean: values === 0 ? 0 : total / values,
    total,
  };
}
