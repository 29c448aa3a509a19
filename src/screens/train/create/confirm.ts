import type { TrainingPlan } from '../../../domain/project/types.ts';
import { count } from '../../../domain/text/figures.ts';
import type { ProviderFacts } from '../use-provider.ts';
import { PRACTICE } from '../words.ts';
import { costText, epochsText, rowsText } from './quote-lines.ts';
import type { QuoteState } from './use-quote.ts';

export interface StartFacts {
  readonly plan: TrainingPlan;
  readonly provider: ProviderFacts;
  readonly quote: QuoteState;
  readonly pricesOf: string;
}

/** What is asked before a job starts: on what, for how much, and what happens then. */
export function startLines({ plan, provider, quote: { quote }, pricesOf }: StartFacts): readonly string[] {
  const where = provider.practice ? `on the ${PRACTICE}` : `at ${provider.name}`;
  const figures =
    quote === null
      ? [`${plan.method === 'dpo' ? 'Pairs' : 'Rows'}, tokens and cost: not counted yet.`]
      : [
          `${plan.method === 'dpo' ? 'Pairs' : 'Rows'}: ${rowsText(quote)}.`,
          `Tokens: about ${count(quote.billedTokens)}, in ${epochsText(quote)}.`,
          `Cost: ${costText({ quote, kind: provider.kind, pricesOf })}.`,
        ];
  return [
    `Train ${plan.model} ${where}${plan.method === 'dpo' ? ' by DPO' : ''}.`,
    ...figures,
    ' ',
    `The ${plan.method === 'dpo' ? 'pairs' : 'rows'} are uploaded, and the job starts at once.`,
    'It can be paused and cancelled.',
    'Closing Luthier loses nothing.',
  ];
}
