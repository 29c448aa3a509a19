import type { Usage } from '../chat/types.ts';
import { isTunedModel } from '../provider/models.ts';
import { resolvedEpochs } from '../training/epochs.ts';
import type { Hyperparameter } from '../training/types.ts';
import { type PriceTable, priceOf } from './prices.ts';

const PER = 1_000_000;

/**
 * US$ of one answer, by the server's own count; null when the usage or the price is unknown. Cached input is cheaper
 * where the table says so; where it does not, it counts in full, so that a cost is never reported too low.
 */
export function chatCost(usage: Usage | null, model: string, table: PriceTable): number | null {
  const price = priceOf(model, table);
  if (usage === null || price === null) return null;
  const tuned = isTunedModel(model);
  const input = tuned ? price.tunedInput : price.input;
  const output = tuned ? price.tunedOutput : price.output;
  if (input === null || output === null) return null;
  const cachedInput = (tuned ? price.tunedCachedInput : null) ?? input;
  const cached = Math.min(usage.cachedTokens, usage.promptTokens);
  const tokensTimesPrice =
    (usage.promptTokens - cached) * input + cached * cachedInput + usage.completionTokens * output;
  return tokensTimesPrice / PER;
}

/** US$ at most for calls that together send and may receive so many tokens; null when the price is unknown. */
export function chatCostUpTo(
  promptTokens: number,
  maxCompletionTokens: number,
  model: string,
  table: PriceTable,
): number | null {
  return chatCost({ promptTokens, completionTokens: maxCompletionTokens, cachedTokens: 0 }, model, table);
}

/** US$ of training on so many billed tokens (tokens of one epoch times epochs); null when the price is unknown. */
export function trainingCost(billedTokens: number, model: string, table: PriceTable): number | null {
  const train = priceOf(model, table)?.train ?? null;
  return train === null ? null : (billedTokens * train) / PER;
}

/** What a training job is expected to cost. */
export interface Quote {
  readonly model: string;
  readonly trainExamples: number;
  readonly validationExamples: number;
  readonly epochs: number;
  /** True when `epochs` is the default rule's, the provider being free to choose. */
  readonly epochsAreDefault: boolean;
  readonly tokensPerEpoch: number;
  readonly billedTokens: number;
  /** US$; null when the price is unknown. */
  readonly costUsd: number | null;
}

export interface QuoteRequest {
  readonly model: string;
  readonly trainExamples: number;
  readonly validationExamples: number;
  readonly epochs: Hyperparameter;
  /** What the provider runs where none are set; null, or absent, where it goes by the number of examples. */
  readonly usualEpochs?: number | null | undefined;
  /** Tokens of all training examples, each cut at the model's limit. */
  readonly tokensPerEpoch: number;
  readonly prices: PriceTable;
}

/** What a job will be billed: tokens of one epoch times epochs, at the model's training price. Validation is free. */
export function trainingQuote(request: QuoteRequest): Quote {
  const { model, trainExamples, validationExamples, tokensPerEpoch } = request;
  const epochs = resolvedEpochs(request.epochs, trainExamples, request.usualEpochs);
  const billedTokens = tokensPerEpoch * epochs;
  return {
    model,
    trainExamples,
    validationExamples,
    epochs,
    epochsAreDefault: request.epochs === 'auto',
    tokensPerEpoch,
    billedTokens,
    costUsd: trainingCost(billedTokens, model, request.prices),
  };
}
