import { useAppState } from '../../app/react.tsx';
import type { JobDialect } from '../../domain/provider/job-dialects.ts';
import { kindFacts, type ProviderKind } from '../../domain/provider/kinds.ts';
import { UNKNOWN_PROVIDER } from '../../domain/provider/profiles.ts';
import { hasRealWeights, jobTerms } from '../../domain/provider/terms.ts';

export interface ProviderFacts {
  readonly id: string;
  readonly name: string;
  readonly kind: ProviderKind;
  readonly practice: boolean;
  readonly jobDialect: JobDialect;
}

/** The provider of the current project; of `id` when one is given. It is the practice engine while no real weights are seen there. */
export function useProvider(id?: string): ProviderFacts {
  const own = useAppState((state) => state.project.providerId);
  const wanted = id ?? own;
  const real = useAppState((state) => wanted === own && state.models.models.some(hasRealWeights));
  const profile = useAppState((state) => state.profiles.find((one) => one.id === wanted));
  const { kind, jobDialect } = profile ?? UNKNOWN_PROVIDER;
  return { id: wanted, name: profile?.name ?? wanted, kind, practice: kindFacts(kind).practice && !real, jobDialect };
}

/** The project's provider as a job on this base finds it. */
export function useJobProvider(model: string): ProviderFacts {
  const provider = useProvider();
  const base = useAppState((state) => state.models.models.find(({ id }) => id === model));
  return { ...provider, ...jobTerms(provider, base) };
}
