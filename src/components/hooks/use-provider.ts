import { useAppState } from '../../app/react.tsx';
import type { JobDialect } from '../../domain/provider/job-dialects.ts';
import { kindFacts, type ProviderKind } from '../../domain/provider/kinds.ts';
import { UNKNOWN_PROVIDER } from '../../domain/provider/profiles.ts';

export interface ProviderFacts {
  readonly id: string;
  readonly name: string;
  readonly kind: ProviderKind;
  readonly practice: boolean;
  readonly jobDialect: JobDialect;
}

/** The provider of the current project; of `id` when one is given. */
export function useProvider(id?: string): ProviderFacts {
  const own = useAppState((state) => state.project.providerId);
  const wanted = id ?? own;
  const profile = useAppState((state) => state.profiles.find((one) => one.id === wanted));
  const { kind, jobDialect } = profile ?? UNKNOWN_PROVIDER;
  return { id: wanted, name: profile?.name ?? wanted, kind, practice: kindFacts(kind).practice, jobDialect };
}
