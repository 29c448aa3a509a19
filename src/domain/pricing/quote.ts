import { resolvedEpochs } from '../training/epochs.ts';
import type { Hyperparameter } from '../training/types.ts';
import { trainingCost } from './cost.ts';
import type { PriceTable } from './types.ts';

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
  /** Tokens of all training examples, each cut at the model's limit. */
  readonly tokensPerEpoch: number;
  readonly prices: PriceTable;
}

/** What a job will be billed: tokens of one epoch times epochs, at the model's training price. Validation is free. */
export function trainingQuote(request: QuoteRequest): Quote {
  const { model, trainExamples, validationExamples, tokensPerEpoch } = request;
  const epochs = resolvedEpochs(request.epochs, trainExamples);
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
