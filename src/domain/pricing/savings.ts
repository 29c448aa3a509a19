import { count, formatUsd, percent, plural } from '../text/format.ts';
import { chatCost } from './cost.ts';
import type { PriceTable } from './prices.ts';

/** What a call costs with the long prompt at the teacher, and with the short one at the tuned model. */
export interface SavingsInput {
  readonly teacher: string;
  /** The model that is tuned. */
  readonly base: string;
  /** Mean tokens of the prompts, each by its own model's encoding. */
  readonly teacherTokens: number;
  readonly studentTokens: number;
  /** Mean tokens of an answer, taken to be as long from both. */
  readonly answerTokens: number;
  /** US$ of the job; null when it is unknown. */
  readonly jobUsd: number | null;
  /** Of where the teacher is asked, and of where the tuned model is. */
  readonly teacherPrices: PriceTable;
  readonly tunedPrices: PriceTable;
}

export interface Savings {
  readonly teacher: string;
  readonly base: string;
  readonly teacherTokens: number;
  readonly studentTokens: number;
  readonly answerTokens: number;
  /** US$ of a call; null when the price is unknown. */
  readonly teacherUsd: number | null;
  readonly tunedUsd: number | null;
  /** US$ of a call less; below 0 where the tuned model costs more; null when a price is unknown. */
  readonly savedUsd: number | null;
  readonly jobUsd: number | null;
  /** Calls after which the job has paid for itself; null where it never does, or a price is unknown. */
  readonly breakEvenCalls: number | null;
}

export function savingsOf(input: SavingsInput): Savings {
  const { teacher, base, teacherTokens, studentTokens, answerTokens, jobUsd } = input;
  const usage = (promptTokens: number) => ({ promptTokens, completionTokens: answerTokens, cachedTokens: 0 });
  const teacherUsd = chatCost(usage(teacherTokens), teacher, input.teacherPrices);
  const tunedUsd = chatCost(usage(studentTokens), `ft:${base}:::`, input.tunedPrices);
  const savedUsd = teacherUsd === null || tunedUsd === null ? null : teacherUsd - tunedUsd;
  const breakEvenCalls = savedUsd === null || jobUsd === null || savedUsd <= 0 ? null : Math.ceil(jobUsd / savedUsd);
  return {
    teacher,
    base,
    teacherTokens,
    studentTokens,
    answerTokens,
    teacherUsd,
    tunedUsd,
    savedUsd,
    jobUsd,
    breakEvenCalls,
  };
}

/** US$ of one call, which is too little to be told in cents, as that of a thousand. */
const ofThousand = (usd: number): string => formatUsd(usd * 1_000);

/** The long prompt against the short one, in tokens and money; what is unknown is said to be. */
export function savingsLines(savings: Savings): readonly string[] {
  const { teacherTokens, studentTokens, teacherUsd, tunedUsd, savedUsd, jobUsd, breakEvenCalls } = savings;
  const share = teacherTokens === 0 ? 0 : 1 - studentTokens / teacherTokens;
  const fewer = share >= 0 ? `${percent(share)} fewer` : `${percent(-share)} more`;
  const tokens = `Prompt: ${count(Math.round(teacherTokens))} tokens to ${savings.teacher}, ${count(Math.round(studentTokens))} to the tuned model (${fewer})`;
  const unpriced = [teacherUsd === null ? savings.teacher : null, tunedUsd === null ? `a tuned ${savings.base}` : null];
  const lacking = unpriced.filter((name) => name !== null);
  if (savedUsd === null || teacherUsd === null || tunedUsd === null)
    return [tokens, `Saved: unknown, there is no price of ${lacking.join(' and ')}`];
  // Between two that cost nothing there is no money to speak of.
  if (teacherUsd === 0 && tunedUsd === 0) return [tokens];
  const calls = `${ofThousand(teacherUsd)} for 1,000 calls of ${savings.teacher}, ${ofThousand(tunedUsd)} of the tuned model`;
  if (savedUsd <= 0) return [tokens, `Saves nothing: ${calls}`];
  const saved = `Saves ${ofThousand(savedUsd)} on 1,000 calls: ${calls}`;
  if (breakEvenCalls === null) return [tokens, saved, 'Pays for itself: unknown, the cost of the job is'];
  return [tokens, saved, `The job, ${formatUsd(jobUsd ?? 0)}, pays for itself after ${plural(breakEvenCalls, 'call')}`];
}
