import type { ModelInfo, ProviderTerms } from './provider.ts';

/** Whether a model is of real weights, at an engine of Luthier's. */
export const hasRealWeights = (model: ModelInfo | undefined): boolean => model?.engine?.practice === false;

/**
 * The terms of a job on one base. An engine of Luthier's has practice models and real weights side by side, and what a job may be
 * is a fact of its base, not of the provider.
 */
export const jobTerms = (provider: ProviderTerms, base: ModelInfo | undefined): ProviderTerms =>
  hasRealWeights(base) ? { kind: 'compatible', jobDialect: 'luthier' } : provider;
