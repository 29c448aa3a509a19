import { type Quote, trainingQuote } from '../../domain/pricing/quote.ts';
import type { TrainingPlan } from '../../domain/project/types.ts';
import { type CheckDeps, checkLines } from '../dataset/check.ts';
import type { SplitLines } from '../dataset/trainingFiles.ts';
import type { CallOptions } from '../ports.ts';

/** What training on these lines is expected to cost, each example cut at the model's limit. */
export async function quoteTraining(
  deps: CheckDeps,
  plan: Pick<TrainingPlan, 'model' | 'hyperparameters'>,
  lines: SplitLines,
  options: CallOptions = {},
): Promise<Quote> {
  const report = await checkLines(deps, plan.model, lines.training, options);
  return trainingQuote({
    model: plan.model,
    trainExamples: lines.training.length,
    validationExamples: lines.validation.length,
    epochs: plan.hyperparameters.nEpochs,
    tokensPerEpoch: report.billedTokensPerEpoch,
    prices: deps.prices(),
  });
}
