import { formatUsd } from '../../../domain/pricing/format.ts';
import type { Quote } from '../../../domain/pricing/quote.ts';
import type { ProviderKind } from '../../../domain/provider/types.ts';
import { count, plural } from '../../../domain/text/figures.ts';
import type { TrainingMethod } from '../../../domain/training/types.ts';
import { PRACTICE } from '../words.ts';

/** A job trains on no fewer (`invalid_n_examples`). */
export const LEAST_ROWS = 10;

export interface QuoteFacts {
  readonly quote: Quote;
  readonly kind: ProviderKind;
  /** Supervised when absent. */
  readonly method?: TrainingMethod;
  /** YYYY-MM: when the prices were read. */
  readonly pricesOf: string;
}

export const epochsText = (quote: Quote): string =>
  `${plural(quote.epochs, 'epoch')}${quote.epochsAreDefault ? ' (auto)' : ''}`;

export function rowsText({ trainExamples, validationExamples }: Quote): string {
  const held = validationExamples === 0 ? 'none held out' : `${count(validationExamples)} held out`;
  return `${count(trainExamples)} to train on, ${held}`;
}

export function costText({ quote, kind, pricesOf }: QuoteFacts): string {
  if (quote.costUsd === null) return 'unknown: no price for this model';
  if (kind === 'embedded') return `${formatUsd(quote.costUsd)}, on this machine (${PRACTICE})`;
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
  if (quote === null || quote.trainExamples >= LEAST_ROWS) return null;
  if (method === 'dpo') {
    return `DPO needs ${LEAST_ROWS} pairs of an accepted and a rejected answer; it has ${quote.trainExamples}`;
  }
  return `a job needs ${LEAST_ROWS} rows to train on; these settings leave ${quote.trainExamples}`;
}
