import { useAsyncRead, useWorkbench } from '../../../app/react.tsx';
import { quoteWarnings, type SplitQuote } from '../../../app/training/quote.ts';
import { savingsQuoteLines } from '../../../app/training/savings.ts';
import type { QuoteLine } from '../../../components/form/form-with-quote.tsx';
import type { Problem } from '../../../domain/common/outcome.ts';
import { heldOutText } from '../../../domain/dataset/hold-out.ts';
import { closingText } from '../../../domain/pricing/closing.ts';
import type { Quote } from '../../../domain/pricing/cost.ts';
import type { TrainingPlan } from '../../../domain/project/types.ts';
import type { JobDialectFacts } from '../../../domain/provider/job-dialects.ts';
import { kindFacts, type ProviderKind } from '../../../domain/provider/kinds.ts';
import { PRACTICE_LABEL } from '../../../domain/provider/models.ts';
import { count, formatUsd, plural } from '../../../domain/text/format.ts';
import { integrationProblem, methodName } from '../../../domain/training/job-settings.ts';
import type { TrainingMethod } from '../../../domain/training/types.ts';
import type { Symbols } from '../../../theme/symbols.ts';
import { closingOfChosen, type ModelFacts } from './base-models.ts';

interface Advice {
  readonly tone: 'warn' | 'muted';
  readonly text: string;
}

/** What a person should know before starting, beyond the price; the most important first. */
export function adviceFor(
  facts: ModelFacts,
  quote: SplitQuote | null,
  { method, wandb }: Pick<TrainingPlan, 'method' | 'wandb'>,
  { defaults }: Pick<JobDialectFacts, 'defaults'> = { defaults: [] },
): readonly Advice[] {
  const found: Advice[] = [];
  const { advice, label } = kindFacts(facts.kind);
  const closing = closingOfChosen(facts);
  const closed = closing !== null && closing.date <= facts.today;
  if (closed) {
    found.push({
      tone: 'warn',
      text: `This model ${closingText(closing, facts.today)}: the provider may refuse it.`,
    });
  }
  for (const text of quote === null ? [] : quoteWarnings(quote)) found.push({ tone: 'warn', text });
  for (const text of defaults) found.push({ tone: 'muted', text });
  if (advice.trainer !== null) found.push({ tone: 'muted', text: advice.trainer });
  if (wandb === true && integrationProblem(facts) === null) {
    found.push({ tone: 'muted', text: `${label} sends the figures to W&B by the key stored in your account there.` });
    found.push({ tone: 'muted', text: "Luthier's own sync (w) adds the data and the evaluations." });
  }
  if (quote !== null && quote.validationExamples === 0) {
    found.push({ tone: 'muted', text: 'Nothing is held out: there will be no validation loss, batch or full.' });
  }
  if (advice.outlook !== null) found.push({ tone: 'muted', text: advice.outlook });
  if (closing !== null && !closed) {
    found.push({ tone: 'muted', text: `This model and its tunes close: ${closing.date}.` });
  }
  found.push({ tone: 'muted', text: `Method: ${methodName(method)}.` });
  return found;
}

/** A job trains on no fewer (`invalid_n_examples`). */
export const MIN_TRAINING_ROWS = 10;

export interface QuoteFacts {
  readonly quote: Quote;
  readonly kind: ProviderKind;
  /** Supervised when absent. */
  readonly method?: TrainingMethod;
  /** YYYY-MM: when the prices were read. */
  readonly pricesOf: string;
  /** It trains on a machine of one's own; not when absent. */
  readonly unbilled?: boolean;
}

export const epochsText = (quote: Quote): string =>
  `${plural(quote.epochs, 'epoch')}${quote.epochsAreDefault ? ' (auto)' : ''}`;

export function rowsText({ trainExamples, validationExamples }: Quote): string {
  const held = validationExamples === 0 ? 'none held out' : `${count(validationExamples)} held out`;
  return `${count(trainExamples)} to train on, ${held}`;
}

export function costText({ quote, kind, pricesOf, unbilled = false }: QuoteFacts): string {
  if (unbilled) return 'nothing: your own machine trains it';
  if (quote.costUsd === null) return 'unknown: no price for this model';
  if (kindFacts(kind).practice) return `${formatUsd(quote.costUsd)}, on this machine (${PRACTICE_LABEL})`;
  return `about ${formatUsd(quote.costUsd)} (prices of ${pricesOf})`;
}

/** What stands in the quote, the most important first. */
export function quoteLines(facts: QuoteFacts): readonly (readonly [label: string, text: string])[] {
  const { quote } = facts;
  return [
    [facts.method === 'dpo' ? 'Pairs' : 'Rows', rowsText(quote)],
    ['Tokens', `${count(quote.billedTokens)} = ${count(quote.tokensPerEpoch)} × ${epochsText(quote)}`],
    ['Cost', costText(facts)],
  ];
}

/** Why a job with this quote cannot start; null when it can. */
export function tooFewRows(quote: Quote | null, rows: number, method?: TrainingMethod): string | null {
  if (rows === 0) return 'there are no rows yet: 3 generates them, 4 imports them';
  if (quote === null || quote.trainExamples >= MIN_TRAINING_ROWS) return null;
  if (method === 'dpo') {
    return `DPO needs ${MIN_TRAINING_ROWS} pairs of an accepted and a rejected answer; it has ${quote.trainExamples}`;
  }
  return `a job needs ${MIN_TRAINING_ROWS} rows to train on; these settings leave ${quote.trainExamples}`;
}

/** The figures of the settings as they are; while they are counted again, those of before. */
export interface QuoteState {
  readonly status: 'counting' | 'ready' | 'failed';
  readonly quote: SplitQuote | null;
  readonly problem: Problem | null;
}

/** Rest after the last change before tokens are counted. */
const QUOTE_DELAY_MS = 200;

/** The quote of the current settings, worked out again when they or the rows have changed and rested. */
export function useQuote(): QuoteState {
  const { train } = useWorkbench();
  const { value, problem, pending } = useAsyncRead(
    ['template', 'training-cost', 'rows'],
    () => (signal) => train.quote({ signal }),
    [train],
    { delayMs: QUOTE_DELAY_MS },
  );
  if (pending) return { status: 'counting', quote: value, problem: null };
  return { status: problem === null ? 'ready' : 'failed', quote: value, problem };
}

export interface QuoteTextInput extends Omit<QuoteFacts, 'quote'> {
  readonly state: QuoteState;
  readonly advice: readonly Advice[];
}

/** What the job will take, and what to know before it starts. */
export function quoteText({ state, advice, ...facts }: QuoteTextInput, { warn, error }: Symbols): readonly QuoteLine[] {
  const { quote, problem, status } = state;
  const tone = status === 'counting' ? 'muted' : 'plain';
  const figures = quote === null ? [] : quoteLines({ quote, ...facts });
  const held = quote?.heldOut ?? null;
  return [
    ...figures.map(([label, text]): QuoteLine => ({ label, text, tone })),
    ...(held === null ? [] : [{ text: heldOutText(held), tone } as const]),
    ...(problem === null
      ? []
      : ([
          { text: `${error} ${problem.what}`, tone: 'error' },
          { text: problem.next, tone: 'strong' },
        ] as const)),
    ...(quote === null && problem === null ? [{ text: 'Counting tokens…', tone: 'muted' } as const] : []),
    ...advice.map(({ text, tone: look }) => ({ text: look === 'warn' ? `${warn} ${text}` : text, tone: look })),
    ...(quote?.savings == null ? [] : savingsQuoteLines(quote.savings).map((text): QuoteLine => ({ text, tone }))),
  ];
}
