import type { Quote } from '../../../domain/pricing/quote.ts';
import type { TrainingPlan } from '../../../domain/project/types.ts';
import { integrationProblem } from '../../../domain/training/integration.ts';
import { methodName } from '../../../domain/training/method.ts';
import { closingDate, closingWords, type ModelFacts } from './models.ts';

export interface Advice {
  readonly tone: 'warn' | 'muted';
  readonly text: string;
}

/** What a person should know before starting, beyond the price; the most important first. */
export function adviceFor(
  facts: ModelFacts,
  quote: Quote | null,
  { method, wandb }: Pick<TrainingPlan, 'method' | 'wandb'>,
): readonly Advice[] {
  const found: Advice[] = [];
  const closes = closingDate(facts.current, facts);
  const words = closingWords(closes, facts.today);
  if (words.startsWith('closed'))
    found.push({ tone: 'warn', text: `This model ${words}: the provider may refuse it.` });
  if (facts.kind === 'embedded') {
    found.push({ tone: 'muted', text: 'The practice engine trains a small statistical model: real learning, no LLM.' });
  }
  if (wandb === true && integrationProblem(facts) === null) {
    found.push({ tone: 'muted', text: 'OpenAI sends the figures to W&B by the key stored in your account there.' });
    found.push({ tone: 'muted', text: "Luthier's own sync (w) adds the data and the evaluations." });
  }
  if (quote !== null && quote.validationExamples === 0) {
    found.push({ tone: 'muted', text: 'Nothing is held out: there will be no validation loss.' });
  }
  if (facts.kind === 'openai') {
    found.push({ tone: 'muted', text: 'OpenAI is closing self-serve fine-tuning; it may say training_not_available.' });
  }
  if (words.startsWith('closes')) found.push({ tone: 'muted', text: `This model and its tunes close: ${closes}.` });
  found.push({ tone: 'muted', text: `Method: ${methodName(method)}.` });
  return found;
}
