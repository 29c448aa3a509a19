import { latticeSize } from '../../domain/lattice/lattice.ts';
import { selectCells } from '../../domain/lattice/select.ts';
import { type Savings, savingsLines, savingsOf } from '../../domain/pricing/savings.ts';
import { studentMessages, teacherMessages } from '../../domain/template/prompt.ts';
import type { Template } from '../../domain/template/types.ts';
import { count } from '../../domain/text/format.ts';
import { countChats } from '../completions/requests.ts';
import type { OperationDeps } from '../core/deps.ts';
import type { CallOptions } from '../runtime/ports.ts';

export interface SavingsRequest {
  readonly projectId: string;
  readonly template: Template;
  readonly teacher: { readonly providerId: string; readonly model: string; readonly maxTokens: number };
  readonly base: { readonly providerId: string; readonly model: string };
  /** US$; null when it is unknown. */
  readonly jobUsd: number | null;
}

export interface SavingsQuote extends Savings {
  /** Combinations whose prompts were counted, of so many. */
  readonly counted: number;
  readonly combinations: bigint;
  /** Rows whose answers were measured; 0 where the answer is taken as long as allowed. */
  readonly answers: number;
}

/** Combinations and answers looked at: the mean of prompts that differ by a few words is told by few of them. */
const SAMPLE = 200;
const SEED = 1;

const meanOf = (numbers: readonly number[]): number =>
  numbers.length === 0 ? 0 : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

/** The teacher prompt against the student prompt: tokens by each model's own encoding, and money. Null without a combination. */
export async function quoteSavings(
  deps: Pick<OperationDeps, 'tokens' | 'rows' | 'prices'>,
  { projectId, template, teacher, base, jobUsd }: SavingsRequest,
  options: CallOptions = {},
): Promise<SavingsQuote | null> {
  const combinations = latticeSize(template.slots);
  const cells = [...selectCells(template.slots, { kind: 'random', count: SAMPLE, seed: SEED })];
  if (cells.length === 0) return null;
  const long = cells.map((cell) => teacherMessages(template, cell));
  const short = cells.map((cell) => studentMessages(template, cell));
  const teacherTokens = meanOf(await countChats(deps.tokens, teacher.model, long, options));
  const studentTokens = meanOf(await countChats(deps.tokens, base.model, short, options));
  const sort = { key: 'created', descending: false } as const;
  const rows = deps.rows.query(projectId, { filter: { status: 'done' }, sort, offset: 0, limit: SAMPLE });
  const lengths = rows.flatMap(({ source, usage }) =>
    source === 'generated' && usage !== null ? [usage.completionTokens] : [],
  );
  const savings = savingsOf({
    teacher: teacher.model,
    base: base.model,
    teacherTokens,
    studentTokens,
    answerTokens: lengths.length === 0 ? teacher.maxTokens : meanOf(lengths),
    jobUsd,
    teacherPrices: deps.prices(teacher.providerId),
    tunedPrices: deps.prices(base.providerId),
  });
  return { ...savings, counted: cells.length, combinations, answers: lengths.length };
}

/** The savings in sentences, and what they were counted on. */
export function savingsQuoteLines(quote: SavingsQuote): readonly string[] {
  const { counted, combinations, answers, answerTokens } = quote;
  const prompts =
    BigInt(counted) === combinations
      ? `${count(counted)} combinations`
      : `a sample of ${count(counted)} of ${count(combinations)} combinations`;
  const length =
    answers === 0
      ? `answers as long as allowed (${count(answerTokens)} tokens)`
      : `answers of ${count(Math.round(answerTokens))} tokens, the mean of ${count(answers)}`;
  return [...savingsLines(quote), `Counted on ${prompts}, with ${length}.`];
}
