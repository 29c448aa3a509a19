import type { ProviderKind } from '../domain/provider/kinds.ts';
import { isPracticeModel } from '../domain/provider/models.ts';
import { ProviderError, type ProviderTerms } from '../domain/provider/provider.ts';
import { jobTerms } from '../domain/provider/terms.ts';
import type { Connection } from './connect.ts';
import type { CommandContext } from './context.ts';

/** Kinds of providers that may be an engine of Luthier's. */
const MAY_BE_ENGINE: ReadonlySet<ProviderKind> = new Set(['embedded', 'compatible']);

/** The terms of a job on this base: an engine of Luthier's says of each of its models what it is. */
export async function baseTerms(
  { signal }: CommandContext,
  { profile, providers }: Connection,
  model: string,
): Promise<ProviderTerms> {
  if (!MAY_BE_ENGINE.has(profile.kind) || profile.jobDialect !== 'method' || isPracticeModel(model)) return profile;
  try {
    const models = await (await providers.connect(profile.id, { signal })).models.list({ signal });
    return jobTerms(
      profile,
      models.find(({ id }) => id === model),
    );
  } catch (error) {
    // What does not answer now is told of by the job's own calls.
    if (error instanceof ProviderError) return profile;
    throw error;
  }
}
