import { sharePrice } from '../../domain/batches/limits.ts';
import { type BatchedWork, batchPlanText, requestBytes } from '../../domain/batches/plan.ts';
import type { BatchLimits } from '../../domain/batches/types.ts';
import { USUAL_EXISTING } from '../../domain/dataset/existing-rows.ts';
import { chatCostUpTo } from '../../domain/pricing/cost.ts';
import type { ExistingRows, GenerationPlan } from '../../domain/project/types.ts';
import { teacherMessages } from '../../domain/template/prompt.ts';
import type { Cell, Template } from '../../domain/template/types.ts';
import { count, formatUsd, plural } from '../../domain/text/format.ts';
import { countChats } from '../completions/requests.ts';
import type { OperationDeps } from '../core/deps.ts';
import type { CallOptions } from '../runtime/ports.ts';
import { countPlan, type PlanCounts } from './counts.ts';

/** What a plan would generate. `upToUsd` takes every answer as long as allowed; null when the price is unknown. */
export interface GenerationQuote extends PlanCounts {
  readonly promptTokens: number;
  readonly maxCompletionTokens: number;
  readonly upToUsd: number | null;
  /** What goes into batches; null where calls are made one by one. */
  readonly batched: BatchedWork | null;
}

export interface QuoteRequest {
  readonly projectId: string;
  readonly template: Template;
  readonly plan: GenerationPlan;
}

/** Prompts counted one by one; of a larger plan the rest is taken to be like them. */
const COUNTED = 5_000;
const AT_ONCE = 200;

/**
 * Counts what a plan would generate, from the local store and tokeniser alone, as `countPlan` does. Beyond 5,000 prompts their
 * tokens are the mean of those times their number, since a lattice may hold more cells than anyone could count.
 */
export async function quoteGeneration(
  deps: Pick<OperationDeps, 'rows' | 'tokens' | 'prices'>,
  request: QuoteRequest,
  options: CallOptions = {},
): Promise<GenerationQuote> {
  const { template, plan } = request;
  let counted = 0;
  let tokens = 0;
  let bytes = 0;
  let batch: Cell[] = [];

  async function countBatch(): Promise<void> {
    const chats = batch.map((cell) => teacherMessages(template, cell));
    batch = [];
    for (const found of await countChats(deps.tokens, plan.model, chats, options)) tokens += found;
    counted += chats.length;
    for (const chat of chats) bytes += requestBytes(chat);
  }

  const counts = await countPlan(
    deps.rows,
    request,
    async (cell) => {
      batch.push(cell);
      if (batch.length === AT_ONCE) await countBatch();
      return counted < COUNTED;
    },
    options,
  );
  await countBatch();

  const ofAll = (sum: number): number => (counted === 0 ? 0 : Math.ceil((sum / counted) * counts.toGenerate));
  const promptTokens = ofAll(tokens);
  const maxCompletionTokens = counts.toGenerate * plan.maxTokens;
  const upToUsd = sharePrice(
    chatCostUpTo(promptTokens, maxCompletionTokens, plan.model, deps.prices('')),
    plan.inBatches === true,
  );
  const batched = plan.inBatches === true ? { requests: counts.toGenerate, bytes: ofAll(bytes) } : null;
  return { ...counts, promptTokens, maxCompletionTokens, upToUsd, batched };
}

/**
 * A quote in lines: what is selected, what is new and what is there, what is to be generated and for how much at most. `limits` are
 * those of a batch; null where the provider has none.
 */
export function quoteLines(
  quote: GenerationQuote,
  plan: GenerationPlan,
  limits: BatchLimits | null,
  capped = '',
): readonly string[] {
  const anyThere = quote.alreadyThere + quote.byOthers + quote.earlier > 0;
  return [
    `${count(quote.selected)} of ${count(quote.cells)} combinations`,
    ...(anyThere ? countLines(quote, plan) : []),
    `${count(quote.toGenerate)} to generate${batchedText(quote, plan, limits)}`,
    `~${count(quote.promptTokens)} tokens in, at most ${count(quote.maxCompletionTokens)} out`,
    `costs at most ${formatUsd(quote.upToUsd)}${capped}`,
  ];
}

/** `: 20 batches, at half the price, each within 24 h`; nothing where calls are made one by one. */
function batchedText({ batched }: GenerationQuote, { batchSize }: GenerationPlan, limits: BatchLimits | null): string {
  if (batched === null || batched.requests === 0) return '';
  if (limits === null) return ', but the provider has no batches that Luthier knows';
  return `: ${batchPlanText(batched, { ...limits, requests: Math.min(limits.requests, batchSize ?? limits.requests) })}`;
}

/** What is new and what is there: `36 new, 216 there`, then what became of combinations that others answered. */
export function countLines(counts: PlanCounts, plan: GenerationPlan): readonly string[] {
  const { selected, alreadyThere, fromAside, byOthers, otherModels, earlier } = counts;
  const fresh = selected - alreadyThere - byOthers;
  const there = `${count(alreadyThere)} there${counts.isWhole ? '' : ' at least'}`;
  const lines = [
    `${count(fresh)} new, ${there}${byOthers === 0 ? '' : `, ${count(byOthers)} by ${named(otherModels)}`}`,
  ];
  if (fromAside > 0)
    lines.push(`${plural(fromAside, 'row')} put aside before ${fromAside === 1 ? 'comes' : 'come'} back, unpaid`);
  if (byOthers > 0) lines.push(EXISTING_WORDS[plan.existing ?? USUAL_EXISTING](byOthers));
  if (earlier > 0) lines.push(earlierWords(earlier, plan));
  return lines;
}

const named = (models: readonly string[]): string => (models.length === 0 ? 'another model' : models.join(', '));

const EXISTING_WORDS: Readonly<Record<ExistingRows, (rows: number) => string>> = {
  keep: (rows) => `Those ${count(rows)} are kept and not asked; add or replace asks them.`,
  add: (rows) => `Those ${count(rows)} get a second row: duplicates in a training file, unless filtered.`,
  replace: (rows) => `Those ${count(rows)} are put aside as the new answers come; none is lost.`,
};

const earlierWords = (rows: number, { existing }: GenerationPlan): string =>
  existing === 'replace'
    ? `${count(rows)} of the new have an answer to another prompt or setting, put aside as the new ones come.`
    : `${count(rows)} of the new have an answer of this model to another prompt or setting, which stays beside: replace puts it aside.`;
