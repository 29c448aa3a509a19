import type { GenerationQuote } from '../../app/generation/quote.ts';
import type { AsyncValue } from '../../app/react.tsx';
import type { Segment } from '../../components/feedback/status-line.tsx';
import type { ChatAnswer } from '../../domain/chat/types.ts';
import { latticeSize } from '../../domain/lattice/lattice.ts';
import { PRACTICE_LABEL } from '../../domain/provider/models.ts';
import type { Slot, TemplateFinding } from '../../domain/template/types.ts';
import { count, duration, formatUsd, plural } from '../../domain/text/format.ts';
import { displayWidth } from '../../domain/text/graphemes.ts';
import type { Symbols } from '../../theme/symbols.ts';

/** `1 combination`, `1,296 combinations`; a number too long to read is written as a power of ten. */
export function combinationCount(size: bigint): string {
  const digits = size.toString();
  if (digits.length > 15) return `about ${digits.slice(0, 1)}.${digits.slice(1, 3)}e${digits.length - 1} combinations`;
  return plural(size, 'combination');
}

/** `6 × 6 × 6 × 6 = 1,296 combinations`, or only the count where the factors do not fit in `width` columns. */
export function productText(slots: readonly Slot[], width: number, times = '×'): string {
  const total = combinationCount(latticeSize(slots));
  if (slots.length === 0) return 'no slots, 1 combination';
  const whole = `${slots.map((slot) => count(slot.values.length)).join(` ${times} `)} = ${total}`;
  return displayWidth(whole) <= width ? whole : total;
}

/** How a model is called on screen; the practice engine is always named as such. */
export const modelName = (model: string, practice: boolean): string =>
  practice ? `${model} (${PRACTICE_LABEL})` : model;

export interface PromptTokens {
  readonly teacher: number;
  readonly student: number;
}

export function tokensText({ value, pending, problem }: AsyncValue<PromptTokens>): string {
  if (value !== null) return `teacher ${count(value.teacher)} + student ${count(value.student)} tokens`;
  if (problem !== null) return 'tokens unknown';
  return pending ? 'counting tokens' : '';
}

/** What a run with the plan of now would generate and cost at most, in two facts. */
export function quoteSegments(
  { value, pending, problem }: AsyncValue<GenerationQuote>,
  model: string,
): readonly Segment[] {
  if (value === null) {
    const text = problem !== null ? 'no quote' : pending ? 'working out the quote' : '';
    return [{ text, tone: 'muted', keep: 3 }];
  }
  const there = value.alreadyThere === 0 ? '' : `, ${count(value.alreadyThere)} there already`;
  const cost =
    value.upToUsd === null ? 'price unknown' : value.upToUsd === 0 ? '$0.00' : `up to ${formatUsd(value.upToUsd)}`;
  return [
    { text: cost, tone: 'strong', keep: 2 },
    { text: `${plural(value.toGenerate, 'request')} to ${model}${there}`, keep: 4 },
  ];
}

export function problemsSegment(findings: readonly TemplateFinding[], symbols: Symbols): Segment {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  if (findings.length === 0) return { text: `${symbols.ok} no problems`, tone: 'ok', keep: 1 };
  const parts = [
    ...(errors > 0 ? [`${symbols.error} ${plural(errors, 'problem')}`] : []),
    ...(warnings > 0 ? [`${symbols.warn} ${plural(warnings, 'warning')}`] : []),
  ];
  return { text: `${parts.join(' ')} (p)`, tone: errors > 0 ? 'error' : 'warn', keep: 1 };
}

/** The measures of an answer, the most important first. */
export function answerSegments(answer: ChatAnswer, costUsd: number | null): readonly Segment[] {
  const { usage, firstTokenMs, totalMs } = answer;
  const streaming = (totalMs - firstTokenMs) / 1000;
  const rate = usage !== null && streaming > 0.02 ? `${Math.round(usage.completionTokens / streaming)} tokens/s` : '';
  return [
    { text: usage === null ? 'tokens unknown' : `${plural(usage.completionTokens, 'token')}`, keep: 1 },
    { text: costUsd === null ? 'cost unknown' : formatUsd(costUsd), keep: 3 },
    { text: `first token ${duration(firstTokenMs)}`, keep: 2 },
    { text: `whole ${duration(totalMs)}`, keep: 4 },
    { text: rate, keep: 5 },
    { text: usage === null ? '' : `prompt ${plural(usage.promptTokens, 'token')}`, keep: 6 },
  ];
}
