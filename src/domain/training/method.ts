import type { ProviderProfile } from '../provider/types.ts';
import type { TrainingMethod } from './types.ts';

/** A method as a person reads it; absent is supervised. */
export const methodName = (method: TrainingMethod | undefined): string => (method === 'dpo' ? 'DPO' : 'supervised');

/**
 * Why a provider does not train by a method; null when nothing known speaks against it. The old form of a request has
 * no place to say the method, and would train supervised on lines that are not meant for it.
 */
export function methodProblem(
  method: TrainingMethod | undefined,
  { kind, jobDialect }: Pick<ProviderProfile, 'kind' | 'jobDialect'>,
): string | null {
  if (method !== 'dpo') return null;
  if (kind === 'embedded') return 'The practice engine trains supervised only, not by DPO.';
  return jobDialect === 'hyperparameters'
    ? 'This provider is told no method, so it trains supervised only, not by DPO.'
    : null;
}
