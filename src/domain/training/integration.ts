import type { ProviderProfile } from '../provider/types.ts';

/**
 * W&B as a provider reports to it by itself, with the key that is stored in the account there: metrics and config of
 * the job, but neither its data nor evaluations. Of the providers known, OpenAI alone has it.
 */
export interface WandbIntegration {
  readonly project: string;
  /** Null for the default of the key. */
  readonly entity: string | null;
}

/** Why a provider does not report to W&B itself; null when it does. */
export function integrationProblem({ kind }: Pick<ProviderProfile, 'kind'>): string | null {
  return kind === 'openai'
    ? null
    : 'Only OpenAI reports to W&B by itself. Luthier’s own sync works with every provider.';
}
